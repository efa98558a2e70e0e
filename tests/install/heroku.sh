# shellcheck shell=bash
# What the tests of Heroku's descriptors need: its CLI, which brings Heroku's schema of app.json, and a second
# program that reads Procfiles.

for_heroku() {
  need git git
  need_npm heroku heroku@11.10.0
  need_pip heroku-python honcho==2.0.0
}
