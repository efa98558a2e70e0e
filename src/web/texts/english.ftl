### The texts of the interface, by key. docs/texts.md says how one is changed.
###
### What stands in < > is HTML: a sentence keeps it, and it may be moved within it. Names of players are put in as they
### typed them, and stand between <bdi> and </bdi>, so that each is read in its own direction.

# The name of the game.
-codex = The Arcane Codex
codex = { -codex }

## Every page

page-skip = To the story
page-description = A story game for one to six. Everyone reads the same scene, and everyone hears a different whisper.
# Below the icon of the installed page.
page-short-name = Codex
# What the picture shows that goes with a link.
page-preview-alt = An open book under eight stars

## Forms of the doors: where one opens a table, joins one, or comes back

door-name = Your name
# An example of a code, in the field where one is typed.
door-code-example = K7M2QX
invite-only-here = This link works on this device only. For phones and other devices, open this page by the address at which they reach this server.
panel-close = Close

## The front door

landing-preview = A story game for one to six, each with a phone. Everyone reads the same scene, and everyone hears a different whisper.
landing-title = One story. <em>Everyone hears a different whisper.</em>
landing-pitch = One to six people, a phone each.
landing-tables = Your tables
landing-alone = you alone
# Who else sits at a table of the reader's.
landing-with = with <bdi>{ $others }</bdi>
landing-play = Play
landing-limit = Time to decide
landing-open = Open the table
landing-open-hint = You get a code and a link for the others. Alone is fine, too: companions come along.
landing-have-code = I have a code
door-code = The six-character code, or the link
door-find = Find it
landing-return = Back to a seat I had
how-title = How it goes
landing-length = A first story takes about twenty minutes. No account, nothing to install.
how-listen-title = Listen
# <dfn> marks a word of the game where it is explained.
how-listen = All of you read the same scene. Then each phone whispers something its owner alone hears. What you hear follows your two <dfn>senses</dfn>: steel, arcana, shadow, wild, spirit or song.
how-tell-title = Tell, twist or keep it
how-tell = Tell it as you heard it, tell it falsely, or say nothing. Telling builds <dfn>trust</dfn>, and trust makes everybody’s rolls easier. A lie that is found out breaks it.
how-decide-title = Decide
how-decide = Choose together. The <dfn>bearer</dfn> of the Codex, another of you in each scene, breaks ties. Dice fall, eight gods judge, and in the end the Chronicle opens every secret.
# The front door shows one moment, and what three people each hear in it.
omen-scene = “Four coins,” says the ferryman. There are three of you.
omen-only = Only { $who } hears this
omen-alone = <b>{ $who }</b> alone hears
omen-another = Another
# The three, and what each of them hears.
omen-first = Anna
omen-spirit = He is not counting you. He is counting whoever sits down behind you.
omen-second = Ben
omen-steel = Under his bench lies a boarding axe. The haft is worn; the edge is new.
omen-third = Cat
omen-song = He hums a cradle song, and stops before the name each time.

## Joining a table

join-page = Join table { $code } · { -codex }
join-preview-title = A chair is kept for you
join-preview = { -codex }: one story, one to six people, a phone each. Everyone hears a different whisper. No account, nothing to install.
# Above the title, with the table’s code.
join-table = Table <span translate="no">{ $code }</span>
join-begun = The story has begun
join-full = No chair is free
join-watch-hint = Whoever watches reads what everybody reads, and hears no whispers.
join-watch = Watch the table
join-title-host = <bdi>{ $host }</bdi> keeps a chair for you
join-title = A chair is kept for you
join-lede = You play a story together, about twenty minutes of it. In every scene <b>your phone whispers to you alone</b>: tell it, twist it or keep it.
join-sit = Take a seat
# Offers a name that is free, where the one that was typed is taken.
join-suggestion = Sit down as <bdi>{ $name }</bdi>
join-hint = A name is enough; there is no account.
join-return = Sat here before? <a href="/return?code={ $code }">Return to my seat</a>
join-seated = At the table
no-table-page = No such table · { -codex }
no-table-title = No such table
no-table-hint = A letter may be wrong, or that table has closed by now. Ask whoever sent you the code.
no-table-open = Or <a href="/">open a table of your own</a>

## Coming back to a seat

return-page = Return to my seat · { -codex }
return-title = Return to your seat
return-hint = Five words bring you back, on any device. The table’s page shows them under “Menu”; whoever has them has your seat. A device you left there follows along.
return-code = The table’s code, or its link
return-phrase = Your five words
return-take = Take my seat again
page-front-door = To the front door
phrase-page = Your recovery phrase · { -codex }
phrase-title = Your recovery phrase
phrase-hint = Five words bring you back to your seat, on any device. Whoever has them has your seat.
keep-send = Send them to yourself
keep-copy = Copy them
phrase-back = Back to the table

## What went wrong

error-page = { $title } · { -codex }
error-again = This page asks again by itself.
error-return = Had a seat at a table? <a href="/return">Return to my seat</a>
startup-title = Opening the Codex…
startup-form-lost = What you sent has not arrived. Reload this page in a moment, and it is sent again as it was.
startup-hint = The book is being brought to the table. This page goes on by itself.
startup-progress = How far it is open
offline-page = No connection · { -codex }
offline-title = No connection
offline-lede = The Codex is out of reach. Your seat is kept, and so is all that was saved.
offline-hint = This page goes on by itself once you are connected again.
page-try-again = Try again
## The page of a table: its bar, its stage, what stands at its foot

table-page = { $title } · { -codex }
menu-title = Menu
table-log = What happens at the table
tv-sit = How to sit down
tv-picture = The way to the table as a picture for a camera
# On a screen for all: an address, and the code that stands on the screen.
tv-way-drawn = Point a camera here, or go to <b translate="no">{ $door }</b> and type the code.
tv-way = On a phone, go to <b translate="no">{ $door }</b> and type the code.
# What a player typed stands beside the sentence that says why it was not taken.
table-typed = You wrote: “{ $typed }”
table-changed = See what has changed
table-outdated = This table was begun under an earlier edition of the rules, which are no longer played. It is closed; what happened is told here, and nothing of it was changed.
# The steps of a scene are named where one goes back to them: a word each.
beat-before = Before
beat-calling = Calling
closed-title = The table is closed
closed = Everyone has got up, and nothing was written. The book is shut until somebody opens it again.
closed-open = Open another table
unknown-title = A missing page
unknown = This table plays a quest that is not in this server’s library. The table is kept; ask whoever runs the server to put the quest back.
act-title = What to do now
act-back = Back
act-go = Go on
talk-title = Talk
table-side = Beside the story
head-title = Where the table stands
head-scene = Scene { $number } <small>of about { $about }</small>
head-sitters = Who sits here
head-party = Who sits here, in full
head-decided = Decided in
head-time = Time left
# A time of day, for browsers that count nothing down.
head-until = until { $clock } UTC
trust = Trust
head-again = Look again
# After how a seat stands: “is done, bears the Codex, away”.
sitter-bearer = bears the Codex

## The panels beside the story: talk, the table, the sheet, settings, the menu

talk-none = Nobody has said anything yet.
talk-hint = What you say here, everybody at the table reads.
talk-lines = What was said
talk-unsent = What waits to be sent
talk-field = Say to the table
talk-say = Say
party-title = The table
# Of the reader: beside its own name.
you = you
bearer = bearer
host = host
party-left = left
party-skipped = not waited for
party-legend = legend { $legend }
# HP is what one can be hurt for.
hp = { $hp } HP
party-ready = ready
party-grudge = a grudge
# { $kind } is “a blessing of” and the like.
gift-held = <b>{ $gift }</b>, { $kind } { $god }
gift-by-verdict = by a verdict
party-bears-grudge = { $god } bears <bdi>{ $name }</bdi> a grudge: it judges their next great deed more harshly.
# Before a number of 100, for those who hear the page.
party-approval = approval
party-companion-left = left the party
companion-taste = Shares the taste of { $patron }. Hears with { $one } and { $other }.
companion-approves = Approves of you { $approval } of 100.
sheet-title = Your sheet
sheet-stake = What you are here for: { $stake }
# A person of the story: “It is the ferryman.”
stake-kin = It is <bdi class="who">{ $name }</bdi>.
stake-secret = It is { $secret }.
stake-progress = So far: { $have }.
stake-progress-of = So far: { $have } of { $want }.
stake-progress-unknown = How far you have come, the Chronicle will tell.
stake-from = { $god } set it. Nobody else knows of it.
sheet-momentum = <b>Momentum { $momentum }</b> of 5
sheet-hp = { $hp } of { $most } HP
sheet-legend = Legend { $legend }.
# The number is of boons: what a legend buys.
sheet-legend-buys = Legend { $legend }: it buys { $boons } when this quest is over.
# Gods and numbers follow.
sheet-noted = The gods have noted, and will pay when all is told:
sheet-noted-secret = You alone know it.
sheet-cards = What they said to you
sheet-senses = Senses
sheet-signature = Your signature: { $signature }
sheet-skills = Skills
sheet-untrained = Everything else: untrained (10).
sheet-favour = Favour of the gods
settings-title = Settings
settings-looks = How it looks and sounds
settings-light = Light
settings-system = As the device has it
settings-candle = Candle
settings-vellum = Vellum
settings-size = Size of the text
settings-percent = { $percent } %
settings-sounds = Sounds of page, whisper, die and gavel
settings-off = Off
settings-on = On
settings-calls = Call me when it is my turn and I look elsewhere
settings-calls-barred = Your browser does not let this page call you. What it lets this page do stands in its own settings.
settings-phrase = With it you take your seat again on any device. Whoever has it has your seat.
settings-phrase-show = Show it
settings-phrase-page = On a page of its own
settings-table = This table
settings-code = Code <b class="code-small" translate="no">{ $code }</b>
settings-link = Link
copy = Copy
settings-operator = Whoever runs this server has looked into this table { $looks ->
    [one] once
   *[other] { $looks } times
} while it was played.
settings-dice = Time to decide: { $limit }. The dice were sealed when the table opened: <span class="hash" translate="no">{ $seal }</span>
settings-fingerprint = The fingerprint of all that has happened so far. Whoever notes it can tell later that nothing of it was changed:
settings-told = Told before
settings-told-keep = Keep their Chronicle as a file
settings-free = Free the seat of <bdi>{ $name }</bdi>
settings-free-hint = For somebody who is gone and will not come back. Their choices so far stay in the story.
settings-free-do = Free this seat
settings-leave = Leave the table
settings-leave-hint = You get up for good. The others play on, and you may watch.
settings-leave-do = Leave for good
settings-hand-over = Make <bdi>{ $name }</bdi> the host
settings-hand-over-hint = They begin, free seats and close the table from then on. You stay where you sit.
settings-hand-over-do = Hand the table over
settings-close = Close the table
settings-close-hint = The story ends here for everybody, at once, and cannot be taken up again.
settings-close-do = Close it for everybody
menu-road = { $quest }: scene <b>{ $number }</b> of about { $about }
menu-party = The table <small>who sits here, trust, companions</small>
menu-talk = Talk <small>what was said</small>
menu-sheet = Your sheet <small>who you are, and what you are here for</small>
menu-settings = Settings <small>theme, text, your way back, leaving</small>
menu-screen = On a big screen <small>for all to see: no whispers, large letters</small>
menu-door = To the front door <small>your seat stays yours</small>

## While a table gathers

gathering-full = Every chair is taken
gathering-free = A chair is free
gathering-all-here = Everybody is here
gathering-invite = Invite the others
gathering-seated = You are at the table
gathering-host-begins = <bdi>{ $host }</bdi> begins.
# Above the table’s code, which is drawn large.
gathering-table = Table
gathering-sit = Sit down here
gathering-sitting = How long the gods question you
gathering-few = Alone or with one other is fine: companions make you three.
gathering-last = Once you begin, nobody else can sit down.
gathering-begin = Begin the interrogation
keep-title = If this device goes dark
keep-hint = Five words bring you back to your seat on any other. Whoever has them has your seat.
keep-show = Show them
gathering-how = Eight gods question each of you alone, and from your answers call you something. Then the story begins.
gathering-invite-other = Invite somebody else
invite-picture = The link as a picture for a camera
invite-send = Send the link
# Beside the picture of the link, and where there is none.
invite-or-by = Or by this link
invite-by = By this link

## The interrogation, the calling, and the choice of a quest

# “Valdris of order”
rite-god = { $god } <small>of { $of }</small>
rite-first = Eight gods judge. There is no right answer.
rite-callback = A god may say an answer of yours aloud later, before the others.
rite-number = Question { $number } of { $of }
rite-heard = The gods have heard you
rite-others = The others are still being questioned.
rite-watch-title = Eight gods ask their questions
rite-watch = Each at the table answers alone. Nobody chooses what they become; the gods do, from what is said.
rite-watching = Watching.
calling-named = The gods have named you
calling-hears = You hear with
again = Again
stake-begins = The quest begins
stake-pressed = Before anything is said, something is pressed into your hand.
stake-others = The others have one, too, and none is like yours.
stake-title = What you are here for
stake-sealed = Sealed, and for you alone. Break the seal.
stake-secret-until = { $god } set it. Nobody else knows of it until the Chronicle; you find it again on your sheet.
beat-answers = Answers
rite-asked-all = { $god } <small>asked you all</small>
beat-quests = Quests
rite-once-more = { $god } <small>of { $of }, once more</small>
quests-title = Which quest do you take up?
quests-hint = The quest that most of you name is played. The bearer breaks ties.
# “20 min · grim · 3 seats”
quest-facts = { $minutes } min · { $tone } · { $seats } seats
quest-facts-range = { $minutes } min · { $tone } · { $least } to { $most } seats
quest-first = for a first evening
quest-about = What it is about
quest-warnings = What some would rather not meet
# A list of things follows that some would rather be warned of.
quest-meets = You will meet:
# The names of those follow who would play it.
quest-named-by = Named by
quest-yours = You named this
quest-take-up = Take this up
boon-anew = The gods would name you anew: { $class }
boon-anew-hint = Your senses and your signature would change, your skills stay.
boon-anew-do = Be named anew
boon-stay = Stay who you are
boon-title = Your legend buys { $boons ->
    [one] a boon
   *[other] { $boons } boons
}
boon-skill = Five points of a skill under 60
boon-skill-do = Practise
boon-sense = A third sense
boon-sense-do = Learn to hear
boon-signature = Your signature twice a scene
## A scene

beat-scene = Scene
scene-place = Scene { $number } · { $place }
# What is read out when a scene begins.
scene-said = Scene { $number }: { $title }
scene-you-bear = <bdi>{ $name }</bdi>, you bear the Codex
scene-bears = <bdi>{ $name }</bdi> bears the Codex
beat-whisper = Whisper
whisper-title = Only you hear this
beat-decide = Decide
offer = <bdi class="who">{ $name }</bdi> offers you an exchange: each hears what the other was given to hear first, truly.
offer-take = Take it
offer-refuse = Refuse
decide-title = What now?
decide-bearer = Here that is <bdi>{ $name }</bdi>; tell them what you know.
decide-draft = All choices were shown, and everybody chooses anew. Who is silent keeps what they chose:
decide-chose = <bdi class="who">{ $name }</bdi> chose “{ $option }”
figures-title = How the chances come about
# “stealth of Anna against 40”
figures-check = { $skill } of <bdi>{ $name }</bdi> against { $difficulty }
figures-seen = { $chance } in 100 to be seen
quiet-title = Or quietly, with your own hand
quiet-hint = Besides the vote. Nobody is told whose hand it was, unless it is seen.
decide-leans = <b>{ $name }</b> leans to “{ $option }”
# “Anna calls on Mercus: a gift, with Ben, for “Wait””
called = <bdi class="who">{ $name }</bdi> calls on { $god }: { $gift }
called-with = with <bdi>{ $name }</bdi>
called-for = for “{ $option }”
decide-locked = All have chosen. In a moment it is decided.
option-great = the gods will judge it
option-insight = you put two and two together
option-private = not all see this
option-shut = shut to you
option-harm = it holds a harm
option-god = your god: { $vote }
option-second = { $chance }% with a second throw
option-alone = alone, with your own hand: { $chance }%
option-wanted = <span class="chosen">{ $names } { $count ->
    [one] wants
   *[other] want
} this</span>
option-urged = <span class="chosen">urged by { $names }</span>
option-your-hand = Your hand is here
option-yours = Your choice
option-urge = Urge this
quiet-stay = Take your hand back

## A whisper

whisper-aside-true = You told it to <bdi>{ $name }</bdi> as you heard it.
whisper-aside-twist = You told <bdi>{ $name }</bdi> this instead: <q>{ $twist }</q>
whisper-told-true = You shared it as you heard it.
whisper-told-twist = You told them this instead: <q>{ $twist }</q>
# On the seal of a letter.
whisper-open = Hold to read <small>or tap, and it stays open</small>
whisper-shut = Tap to close
whisper-heard = The table has heard it from you.
whisper-kept-hint = You keep it to yourself. You may still tell it.
# A companion, or another of the table.
whisper-earshot = { $name } is in earshot: what you tell the table of this, { $name } hears.
# The three things one can do with a whisper, and what the third becomes.
whisper-tell = Tell it
whisper-twist = Twist it
whisper-keep = Keep it
whisper-kept = Kept
whisper-twist-hint = They would hear this instead:
whisper-twist-risk = Nobody sees the difference, unless you are found out.
whisper-twist-do = Tell this lie
aside-title = Or have a word with one of them
aside-hint = The others see that you had a word, and not what you said.
# Before the name of whom one talks to.
with = With
aside-true = as you heard it
aside-twist = the other thing: <q>{ $twist }</q>
aside-do = Say it in their ear
whisper-take-back = Take it back
whisper-send = Send now

## What was told

told-title = What was told
# By which sense it was heard.
told-by = by { $sense }
told-apart = to you alone
told-lie = a lie
told-holds = holds
told-in-doubt = doubted
told-doubted = <bdi>{ $name }</bdi> doubted it.
told-was-lie = It was a lie.
told-it-holds = It holds.
told-truth = This is what was heard: <q>{ $truth }</q>
told-athena-true = Athena tells you alone: it is true.
told-athena-false = Athena tells you alone: it is not true.
told-nods = Nods: { $names }
told-shakes = Shakes the head: { $names }
# The two signs one can make at what was told.
told-reactions = What you make of it
told-nod = Nod
told-shake = Shake your head
told-challenge = Challenge it: were it a lie, { $chance }% to catch it
told-aside = <bdi class="who">{ $name }</bdi> has a word with <bdi class="who">{ $other }</bdi>.
told-aside-doubted = <bdi>{ $name }</bdi> doubts <bdi>{ $other }</bdi>.
told-aside-caught = What was said: <q>{ $said }</q> What was heard: <q>{ $truth }</q>

## What else one can do in a scene

press-gave-way = <bdi class="who">{ $name }</bdi> pressed { $companion }, who gave way.
press-in-vain = <bdi class="who">{ $name }</bdi> pressed { $companion }, who did not give way.
means-title = What else you can do
means-use = Use it in this scene
means-spent = Spent. It comes back after a council, or after a roll that you fail.
means-price = <b>{ $what }</b> for { $cost } momentum.
means-price-of = <b>{ $what }</b> for { $cost } momentum of your { $momentum }.
means-bought = You have it in this scene.
means-spend = Spend { $cost }
means-telling = Of what was told
means-option = You alone
means-call = Call on { $god }
keepsake-hint = Spent, it makes one check of yours with { $skill } easier in this scene.
keepsake-spend = Spend it
press-title = Press a companion for what it keeps
press-hint = Once a scene, one of you. In vain, and it thinks less of you.
press-do = Press { $companion }: { $chance }%
pace-withdraw = Wait! I take my choice back
pace-extend = Give this scene its time once more
pace-call-time = Call time: three minutes from now
pace-skip = Do not wait for <bdi>{ $name }</bdi> in this scene

## What came of a scene: deeds, rolls, the council

# Above the title of the scene before.
before-title = What came of
aftermath-silence = Nobody chose, so the story went its own way.
aftermath-ballots = Who chose what
aftermath-chose = <bdi class="who">{ $name }</bdi> chose “{ $option }”
aftermath-hand = <bdi>{ $name }</bdi>, quietly: { $deed }.
aftermath-rolled = Rolled { $value }; at most { $chance } was needed.
aftermath-moved = What moved
aftermath-leaves = <b>{ $name } leaves.</b> “{ $parting }”
roll-rolled = <bdi>{ $name }</bdi> rolled <b>{ $value }</b>; at most { $chance } was needed.
# “stealth against 40: 50, skill +12, help +5”
roll-against = { $skill } against { $difficulty }: { $parts }
roll-second = Thrown once more, by the momentum of <bdi class="who">{ $name }</bdi>: <b>{ $value }</b>. That stands.
# At the mark of a bar from 1 to 100.
roll-at-most = { $chance } or less
council-title = The council of the gods
council-trial = On trial: <bdi>{ $names }</bdi> { $deed }.
council-tally = { $ayes } to { $nays }
council-doubled = They had been watching: it counts double.
council-for = { $ayes } for
council-abstained = { $count } abstained
council-against = { $nays } against
council-loudest = { $god } spoke loudest.
council-spoke-against = { $companion } spoke against <bdi>{ $names }</bdi>.
council-grudge = { $god } bore a grudge, and spent it.
council-callback = <b>{ $god }</b> to <bdi>{ $name }</bdi>: “You told me { $said }.”
council-favour = What <bdi class="who">{ $name }</bdi> is to them now
council-skip = Skip
council-again = Hear them again
council-speeches = What the eight said

## The ending, and the naming: what each thinks of the others before all is told

beat-ending = Ending
ending-none = The story breaks off
ending-none-of = The story breaks off: { $quest }
ending-outdated = This table was begun under an earlier edition of the rules. It is closed, and what happened until then stands here.
ending-unreached = No ending was reached. What happened until then stands here.
beat-naming = Naming
naming-title = Before the Chronicle opens
naming-waits = You have said what you think. The Chronicle opens when all have, or when the time is over.
naming-watch = The party says what it thinks of one another.
naming-hint = Say what you think of each of the others. Nobody sees your slip before the Chronicle, which tells who was right.
naming-lied = Did <bdi>{ $name }</bdi> tell anybody a lie?
naming-yes = Yes
naming-no = No
naming-unsure = I cannot say
naming-known = Whether <bdi>{ $name }</bdi> lied is not asked: the table knows it.
naming-god = Which god set what <bdi>{ $name }</bdi> was here for?
say-so = Say so
naming-nothing = Say nothing of anybody

## The Chronicle

chronicle = The Chronicle
# “Readers” are those who did not play.
chronicle-title-readers = What they did not know
chronicle-title = What you did not know
chronicle-title-alone = What was hidden from you
chronicle-lede = The Codex is open now. Every whisper, every lie and every ballot stands below. Trust ended at { $trust } of 100.
chronicle-contents = In this Chronicle
chronicle-lies = Lies
chronicle-story = Story
chronicle-seats = Seats
chronicle-send = Send it on
chronicle-who = Who you were
chronicle-who-readers = Who they were
chronicle-companions = What your companions hid
chronicle-companions-readers = What their companions hid
chronicle-companion = Could not bear: { $trigger }. Approval at the end: { $approval }.
chronicle-companion-left = Left the party.
secret-lied = <bdi class="who">{ $name }</bdi> said, in <a href="#told-{ $number }">{ $scene }</a>:
secret-lied-to = <bdi class="who">{ $name }</bdi> said to <bdi>{ $other }</bdi> alone, in <a href="#told-{ $number }">{ $scene }</a>:
secret-truth = <bdi>{ $name }</bdi> had heard: <q>{ $truth }</q>
secret-kept = <bdi class="who">{ $name }</bdi> heard, in <a href="#told-{ $number }">{ $scene }</a>, and kept it:
secret-unheard = Nobody heard, in <a href="#told-{ $number }">{ $scene }</a>:
# { $weight } is “a telling thing” and the like.
secret-weight = It was { $weight }.
secret-quiet = Done quietly, in <a href="#told-{ $number }">{ $scene }</a>:
secret-hand = It was <bdi class="who">{ $name }</bdi>.
stakes-title = What each of you was here for
stakes-title-readers = What they were here for
stakes-title-alone = What you were here for
stakes-met = Met.
stakes-missed = Missed.
stakes-open = Neither met nor missed: the end was not waited for.
stakes-kin = It was <bdi class="who">{ $name }</bdi>.
stakes-from = { $god } set it.
lies-title = Who lied, and what it did
lies-shared = { $count } shared
lies-twisted = { $count } twisted
lies-confided = { $count } in one ear
lies-kept = { $count } kept
lies-exposed = { $count } times exposed
lies-left = left early
lies-none = Told no lie.
lies-companions = Your companions
lies-companions-readers = Their companions
lie-ear = in <bdi>{ $name }</bdi>’s ear
lie-exposed = It was found out.
lie-doubted = It was doubted, and nobody could prove it.
lie-believed = It was believed.
lie-done = What you then did: { $deed }. { $outcome }.
lie-done-readers = What they then did: { $deed }. { $outcome }.
named-title = What you thought of one another
named-title-readers = What they thought of one another
named-sharp-ear = <b>The sharp ear</b> { $names }, who judged best.
named-closed-book = <b>The closed book</b> { $names }, misjudged by most.
# Who said so of whom.
named-twisted = <bdi class="who">{ $name }</bdi>: <bdi>{ $other }</bdi> told somebody a twist.
named-true = <bdi class="who">{ $name }</bdi>: <bdi>{ $other }</bdi> told nobody a twist.
named-stake = <bdi class="who">{ $name }</bdi>: <bdi>{ $other }</bdi> held a stake of { $god }.
named-right = Right.
named-wrong = Wrong.
cards-title = What you said to one another
cards-title-readers = What they said to one another
card-said = <bdi class="who">{ $name }</bdi> to <bdi class="who">{ $other }</bdi>: “{ $text }”
card-give = Give one of them a card
# Before the name of whom one gives something.
to = To
card = The card
card-give-do = Give it
keepsake-who = Who takes it along: { $keepsake }
keepsake-award = <bdi>{ $name }</bdi> would give it to <bdi>{ $other }</bdi>.
chapters-title = The whole story
chapters-undecided = It was not decided.
chapter-bearer = <bdi>{ $name }</bdi> bore the Codex
chapter-heard = What each of you heard
chapter-twist = The twist: <q>{ $twist }</q>
chapter-unheard = Nobody heard it.
# { $manner } is “truly” or “as its twist”.
chapter-aside = <bdi class="who">{ $name }</bdi> to <bdi class="who">{ $other }</bdi> alone, { $manner }: <q>{ $text }</q>
chapter-doubt = <bdi>{ $name }</bdi> doubted <bdi>{ $other }</bdi>: rolled { $value }; at most { $chance } was needed.
chapter-caught = It was a lie, and was caught.
chapter-true = It was the truth.
chapter-aftermath = What came of it
parting-unseen = Left in the dark: { $whispers } whispers that nobody heard, { $ways } ways that never opened, { $endings } endings unseen.
parting-go-on = The same people, another quest
parting-go-on-do = Go on to another quest
parting-go-on-hint = Your party goes on as what it has become, with dice sealed anew. Send this Chronicle to yourselves first: the next quest takes its place.
parting-host = <bdi class="who">{ $host }</bdi> can lead you all on to another quest, as what you have become.
story-given = Whoever has <a href="{ $path }">its link</a> reads the story until it is taken back. Whoever lends no name stands in it by their calling, and says nothing. The words that go with the link name nobody.
story-ours = Nobody but you reads this.
story-may-give = You may give it out under a link of its own, and take it back at any time.
story-host-may-give = <bdi class="who">{ $host }</bdi> may give it out under a link of its own, and take it back at any time.
story-give = Give the story out
story-take-back = Take the story back
story-lend = Lend it my name and my lines
story-unlend = Take my name and my lines out of it
parting-send = Send the story
parting-copy = Copy the story and its link
parting-print = Print it
programs-title = For programs
programs-parts = the journal, the seed, the seal
programs-seal = When the table opened, the seed of all its dice was sealed by its SHA-256. Here is the seed; its 32 bytes hash to the seal that stood on this page from the first moment.
seal = Seal
seed = Seed
# The last hash of a chain of hashes.
head = Head
programs-keep = Keep the journal as a file
# A command as one types it stands in <code>.
programs-replay = The head is the last hash of the chain of all that happened. To replay every roll: keep the journal as a file and run <code>arcane-codex verify FILE</code>; with <code>--seen HASH</code> it says whether a seal, a head or a fingerprint that you noted is of this story.

## What things are called

god-valdris = Valdris
god-kaitha = Kaitha
god-morvane = Morvane
god-sylara = Sylara
god-korvan = Korvan
god-athena = Athena
god-mercus = Mercus
god-drakmor = Drakmor
sense-steel = steel
sense-arcana = arcana
sense-shadow = shadow
sense-wild = wild
sense-spirit = spirit
sense-song = song
skill-strength = strength
skill-archery = archery
skill-arcana = arcana
skill-research = research
skill-lockpicking = lockpicking
skill-stealth = stealth
skill-sleight-of-hand = sleight of hand
skill-persuasion = persuasion
skill-intimidation = intimidation
skill-deception = deception
skill-perception = perception
skill-survival = survival
skill-medicine = medicine
# How a god regards a seat.
band-cursed = cursed
band-opposed = opposed
band-unmoved = unmoved
band-approved = approved
band-favoured = favoured
band-champion = champion
band-chosen = chosen
# What a deed is, in the words that gods and companions weigh.
tag-oath-kept = oath-kept
tag-oath-broken = oath-broken
tag-lawful = lawful
tag-lawless = lawless
tag-protect = protect
tag-sacrifice = sacrifice
tag-ruthless = ruthless
tag-prudent = prudent
tag-daring = daring
tag-defiance = defiance
tag-obedience = obedience
tag-invention = invention
tag-mercy = mercy
tag-cruelty = cruelty
tag-patience = patience
tag-haste = haste
tag-greed = greed
tag-generosity = generosity
tag-fair-dealing = fair-dealing
tag-theft = theft
tag-waste = waste
tag-courage = courage
tag-flight = flight
tag-ambush = ambush
tag-honour = honour
tag-poison = poison
tag-inquiry = inquiry
tag-truth = truth
tag-deceit = deceit
tag-burned-book = burned-book
tag-freedom = freedom
tag-caging = caging
tag-submission = submission
tag-kinship = kinship
tag-balance = balance
# How high trust stands.
tier-breaking = breaking
tier-frayed = frayed
tier-steady = steady
tier-bond = a bond
verdict-concord = concord
verdict-strong = strong
verdict-narrow = narrow
verdict-deadlock = deadlock

## Things in a word or two

presence-here = here
presence-away = away
presence-absent = absent
limit-off = No hurry
limit-minute = 1 minute a scene
limit-three-minutes = 3 minutes a scene
limit-day = 1 day a scene
sitting-short = A short sitting
sitting-long = A long sitting
tone-bright = bright
tone-grim = grim
# What momentum buys.
momentum-second-throw = A second throw
momentum-hint = A god’s hint
# Before the name of a god.
gift-blessing = a blessing of
gift-greater = a greater blessing of
gift-curse = a curse of
# How a whisper was told.
manner-truth = truly
manner-twist = as its twist
outcome-plain = Done
outcome-triumph = Triumph
outcome-success = Success
outcome-failure = Failure
outcome-disaster = Disaster
# How a god votes.
vote-for = for
vote-against = against
vote-abstained = abstains
ending-dawn = an ending at dawn
ending-dusk = an ending at dusk
ending-bitter = a bitter ending
# Of what a whisper says.
weight-minor = a small thing
weight-telling = a telling thing
weight-critical = a thing that changes everything
# What a sense hears.
sense-hears-steel = structures, weapons, threats
sense-hears-arcana = magic and wards
sense-hears-shadow = traps, locks, what is hidden
sense-hears-wild = tracks, beasts, weather
sense-hears-spirit = guilt, curses, the dead
sense-hears-song = feeling, motive, history

## Things in a sentence

limit-hint-off = A scene lasts until all have chosen.
limit-hint-minute = On top of the time to read it. For the quick.
limit-hint-three-minutes = On top of the time to read it.
limit-hint-day = A story over some days, from anywhere.
decide-how-party = You act as one: what most choose happens, and the bearer breaks ties.
decide-how-each = Everyone acts alone, each with an own roll.
decide-how-secret = The ballots are secret, and are opened together.
decide-how-bearer = The bearer of the Codex decides this alone.
tier-means-breaking = Shared checks are much harder, and a companion may break.
tier-means-frayed = Shared checks are harder.
tier-means-steady = Sharing what you hear makes it grow.
tier-means-bond = Shared checks are easier, and companions hold nothing back.
# Why trust moved.
trust-shared-minor = a small whisper was shared
trust-shared-telling = a telling whisper was shared
trust-shared-critical = a critical whisper was shared
trust-outcome = for how it came out
trust-unwarned = somebody had heard the warning and kept it
trust-told = for what was told here, and how high it stood
trust-exposed = somebody was exposed
trust-challenged = somebody was doubted, and it held
trust-oath-broken = an oath that was sworn was broken
trust-overheard = what was said was overheard
trust-faded = between two quests it goes half of the way back
sitting-hint-short = Five questions each, for a first evening.
sitting-hint-long = Ten questions each, for those who know the eight.
momentum-hint-second-throw = Should the roll fail in which you are the hand or a helper, it is thrown once more, and that stands. Kept if it is not needed.
momentum-hint-hint = The god that favours you most says of each way how it would vote. You alone read it.
# Why a seat’s momentum moved.
momentum-why-failed = your own roll failed
momentum-why-outvoted = you were outvoted
momentum-why-caught = you caught a lie
momentum-why-verdict = a god was pleased
momentum-why-gift = by a blessing or a curse
momentum-why-spent = spent
momentum-why-began = as the quest began
# Why a god thinks otherwise of a seat.
favour-why-heard = for what it heard of your tellings
favour-why-quiet = for what you did quietly
favour-why-exposed = you were exposed
favour-why-overheard = what you said was overheard
favour-why-stake = for your stake
favour-why-unurged = you did what nobody urged
favour-why-faded = a quarter is lost between two quests
# Why a companion thinks otherwise of the party, beside its name.
approval-why-taste = for the deed
approval-why-trigger = cannot bear that
approval-why-pressed = was pressed in vain
approval-why-exposed = was exposed
# What somebody did with a whisper, after the name.
fate-shared = shared it
fate-twisted = told the twist
fate-confided = said it in one ear
fate-kept = kept it

## The council, the parts of a chance, a list of names

council-one-against = One god alone spoke against it.
council-one-for = One god alone spoke for it.
council-none-against = Not one god spoke against it.
council-none-for = Not one god spoke for it.
council-approves = The gods approve, and loudly.
council-condemns = The gods condemn it, and loudly.
council-approves-narrowly = By a hair, the gods approve.
council-condemns-narrowly = By a hair, the gods condemn it.
council-deadlock = The gods cannot agree. They will watch you, and your next great deed counts double.
# In the middle of the arc of the eight.
judgement-for = Approved
judgement-against = Condemned
judgement-abstained = Undecided
# What a chance is made of, each before a number: “skill +12, the moment −5”.
chance-skill = skill
chance-place = the moment
chance-help = help
chance-trust = trust
chance-marks = what was done before
# “Anna, Ben” and “Chris”.
list = { $others } and { $last }
# Instead of a name that nobody has any more.
nameless = somebody
nameless-host = the host
nameless-option = another way

## Where a table stands, whose turn it is, and what there is to do

# Above the page of a table, and in the list of one's tables.
stage-gathering = A table gathers
stage-interrogation = The interrogation
stage-quests = The party is called
stage-naming = The naming
stage-none = The Codex
# What the browser’s tab says, and what is read out when the page is at something else.
tab-asks = { $god } asks
tab-spoken = The gods have spoken
tab-naming = Before the Chronicle
tab-closed = Closed
# In the list of the reader's tables, after what the table is at.
place-asked = { $god } asks you
place-others-asked = The others are being asked
place-quests = Which quest?
place-naming = Who lied?
place-chairs = { $taken } of { $chairs } chairs taken
turn-yours = Your turn
turn-others = Under way
turn-told = Told
# After a name, for those who hear the page.
ready-awaited = is awaited
ready-done = is done
# Beside a name.
task-answering = answering
task-deciding = deciding
# Read out when somebody has done its part.
said-you-answered = You have answered all.
said-answered = { $name } has answered all.
said-you-chose = You have chosen.
said-chose = { $name } has chosen.
# At the foot of the page, in a few words: what is the reader’s to do.
act-watch = You watch
act-begin = Begin when all are here
act-host-begins = { $host } begins
act-answer = Answer: { $number } of { $of }
act-answered = You have answered all
act-answer-once-more = Answer once more
act-quest = Choose a quest
act-locked = All have chosen
act-choose = Choose one
act-chosen = You have chosen
act-decides = { $bearer } decides
act-name = Say what you think
act-named = You have said it
# Beside that: whom else the table waits for.
awaited-answering = { $names } { $count ->
    [one] is
   *[other] are
} answering
awaited-deciding = { $names } { $count ->
    [one] is
   *[other] are
} deciding
waits-for-you = The table waits for you.
waits-for-you-and = The table waits for you and for { $names }.
waits-for = Waiting for { $names }.

## What moved, who was exposed, how lies fared

moved-hp = HP
moved-momentum = Momentum
moved-learned = { $names }, learned by doing
moved-harm = A harm came about
moved-harm-averted = A blessing took its sting
# After the name of a blessing or a curse.
gift-laid = is laid on { $names }
gift-lifted = is lifted from { $names }
gift-spent = has acted for { $names }
favour-why-outcome = for how it came out
# What was said follows.
exposed-trap = It was not true, and { $name } said it:
exposed-doubted = { $by } doubted { $name }, and was right:
exposed-seen = { $name } was seen.
times = { $count ->
    [one] once
    [2] twice
   *[other] { $count } times
}
lies-said-none = Nobody at the table told a lie in this story. The gods have noted that, too.
# { $times } is “once” and the like.
lies-said-alone = You lied: { $times }.
lies-said-one = { $name } lied: { $times }.
lies-said-most = { $names } lied most: { $times }.
lies-said-alike = { $names } lied alike: { $times }.
found-never = It was never found out.
found-none = None of the lies was found out.
found-some = Of { $told } lies, { $found ->
    [one] one was
   *[other] { $found } were
} found out.

## What a whisper could have been used for

use-opens = It opened a way to its hearer: “{ $option }”.
use-deepens = Told truly to the table, it made of a success a triumph: “{ $option }”.
use-warns = Told truly to the table, it kept a harm away.
use-speaks-for = It spoke for “{ $option }”.

## What one may send on of a story, and its page for those who did not play it

story-page = A told story · { -codex }
story-preview-title = A story from { -codex }
story-lines = What they said
story-play = Play a story of your own

story-lies = { $count ->
    [0] Nobody lied
    [one] One lie was told
   *[other] { $count } lies were told
}
# { $tone } is “an ending at dawn” and the like, { $lies } one of the sentences above.
story-ended = “{ $ending }”: { $tone } of { $quest }. { $lies }, and trust ended at { $trust } of 100.
story-broke-off = { $quest } broke off. { $lies }, and trust ended at { $trust } of 100.

## What went wrong, for players and for programs

# Why a request was not answered as asked.
error-no-seat = You have no seat at this table. If you had one, come back with your recovery phrase.
error-token-unreadable = This token gives no seat at this table. If you have a seat here, your recovery phrase brings you a fresh one.
error-other-seat = This page was made for another seat than this browser sits on now, so nothing was recorded. Another tab has taken a seat at this table; load this page again to play on it.
error-no-cookie = This browser has sent no cookie back, and a seat is kept in a cookie. Allow cookies for this address, and send this again: what you typed still stands here.
error-no-admin-token = This address is the operator’s: send the token as Authorization: Bearer.
error-wrong-admin-token = That is not the operator’s token.
error-too-many-tokens = Too many wrong tokens came from you or your network. Please wait { $wait }.
error-not-found = There is no such page here.
error-wrong-method = This address does not take that method.
error-no-such-code = No table answers to that code. Codes have six letters and digits, without 0, O, 1 and I.
error-wrong-phrase = That phrase fits no seat at this table. Check the spelling and the table’s code.
error-too-many-tries = Too many wrong codes or phrases came from you or your network. Please wait { $wait }.
error-too-many-requests = Too many requests came from you or your network. Please wait { $wait } and try again.
error-unreadable = This request could not be read: { $fault }.
error-no-story = Nobody tells a story here: the link is not whole, or those who played have taken it back.
error-too-large = That is too much at once: 16 KiB is the most this address takes.
error-host-unclear = This request could not be read: it names its host in no Host header, or in several.
error-metrics-token = Metrics are shown to whoever sends the token of METRICS_TOKEN, as Authorization: Bearer.
error-cross-site = This request came from another site and was not carried out.
error-too-many-streams = This server has as many open pages as it takes. The page still works without live news.
error-no-streams = This server keeps no answer open: it sends no event streams. Ask for news instead.
error-no-sockets = This server has no sockets, and so no tickets for them.
error-closing = The Codex is being carried to another shelf. Please try again in a moment.
error-internal = Something went wrong on our side. Nothing that was saved is lost.
wait = { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
}
# What a problem is called: the title of its page.
problem-no-seat = You have no seat here
problem-forbidden = That is not yours to do
problem-admin-token = This door is the keeper’s
problem-not-found = No such page in the Codex
problem-gone = That story is over
problem-conflict = Not as things stand
problem-too-often = Not so fast
problem-unavailable = The Codex stays shut for a moment
problem-internal = A blot on the page
problem-unclear = That was not understood
problem-no-such-table = No such table
problem-no-such-story = No story is told here
problem-table-erased = This table is no longer kept
problem-table-closed = The table is closed
problem-rules-outdated = An older edition of the rules
problem-not-your-seat = That seat is no longer yours
problem-other-seat = You sit on another seat now
problem-no-cookie = Your browser keeps no seat
problem-wrong-phrase = Those are not the words
problem-wrong-method = Not by this door
problem-too-many-tries = Too many guesses
problem-too-large = Too long to take down
problem-unreadable = That could not be read
problem-metrics-token = These figures are not for everybody
problem-cross-site = That came from another house
problem-too-many-streams = The house is full of listeners
problem-no-streams = News do not come that way here
problem-closing = The Codex is being carried
problem-opening = The Codex is being opened
problem-server-full = Every table is taken
problem-share-taken = Your house has its tables
problem-table-busy = Everybody speaks at once
problem-newer-release = A newer Codex has this table
problem-table-damaged = A damaged page
problem-storage-unavailable = The Codex will not open just now
problem-foreign-command = That was said already
problem-still-here = They were here a moment ago
problem-not-over = The story is not over
problem-name-missing = That name will not do
problem-name-taken = That name is taken
problem-table-full = No chair is free
problem-already-begun = The story has begun
problem-host-only = Only the host may
problem-bearer-only = Only the bearer may
problem-moved-on = The story has moved on
problem-no-such-choice = No such choice
problem-nothing-said = Nothing was said
# On the page of a table, for whoever came to sit down there once more.
error-seated = This browser sits at this table already, on the seat you see. Whoever sits beside you needs a browser of their own, or a private window of this one.
# On the page of a problem: what has become of what the reader did, and the way on.
error-nothing-lost = Nothing you did before is lost.
error-not-saved = Your last step was not saved. What you typed is not lost: reload this page in a moment, and it is sent again as it was.
error-back = Back to where you were
error-opening = The Codex is being opened. Please try again in a moment.

## What scripts say

# How the page is connected with its server, in a corner.
script-connected = Connected
script-reconnecting = Reconnecting…
script-no-network = No network.
script-between = Something stands in between
script-other-seat = Another seat
# Stands after one of the sentences above.
script-waiting = { $count ->
    [one] One thing waits
   *[other] { $count } things wait
} to be sent.
script-waiting-most = So much waits to be sent that nothing can be added. Please wait for the connection.
script-between-words = Something between this page and the table answers in its place: a sign-in page or a hotspot, perhaps.
script-between-look = See what it is
script-kept = What you sent is kept here, and is sent again.
script-take-back = Take it back
script-other-seat-words = This browser sits on another seat of this table now, taken in another tab. This page stays as it was.
script-other-seat-show = Show the other seat
script-typed = You wrote: “{ $text }”
script-sending = sending…
# The browser’s tab, by what the page is at.
script-tab = { $title } · { -codex }
script-tab-your-turn = ● Your turn · { $title } · { -codex }
script-locked = All have chosen. In a moment it is decided.
script-waits-for-you = The table waits for you.
# What a device shows of the table while one looks elsewhere.
script-call-waits = The table waits for you
script-call-turn = It is your turn
script-last-minute = One minute is left.
script-last-seconds = { $seconds } seconds are left.
# What is left of a long time to decide.
script-hours = { $hours } h { $minutes } min
script-time-is-up = time is up
# For whoever reads or types beside the story while it goes on.
script-moved-on = The story has moved on.
script-read-on = Read on
# The button at the foot of the page.
script-go-on = Go on
script-wait = Wait!
script-back = Back
# While a whisper is about to be told, and can still be taken back.
script-lean-over = You lean over to { $name }…
script-draw-breath = You draw breath to tell them…
script-too-late = The scene was decided before you had told it. Nobody has heard it from you.
script-copy = Copy
script-copied = Copied
script-copy-refused = This device does not let us
# What goes with a link or with the words of a seat, where they are sent to.
script-title = { -codex }
script-seat = My seat at { -codex }:
script-invitation = Come to our table.
# At the front door, beside the moment that three hear differently.
script-omen-hears = What { $who } hears
