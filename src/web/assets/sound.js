// Four short sounds, made here: a page, a whisper, a die and a gavel. None is heard unless it was switched on in the
// settings, and none before somebody has touched the page.

const { dataset } = document.documentElement;

let context = null;
let hiss = null;

/** Whether a sound may be made now. */
function mayPlay() {
  if (dataset.sounds !== "on" || !navigator.userActivation?.hasBeenActive) return false;
  if (!context) {
    context = new AudioContext();
    hiss = context.createBuffer(1, context.sampleRate, context.sampleRate);
    hiss.getChannelData(0).forEach((_, at, data) => (data[at] = Math.random() * 2 - 1));
  }
  context.resume();
  return true;
}

/** A value that runs from one number by others to the last, in equal parts of the time. */
function glide(value, at, seconds, ...by) {
  value.setValueAtTime(by[0], at);
  by.slice(1).forEach((next, part) => value.exponentialRampToValueAtTime(next, at + (seconds * (part + 1)) / (by.length - 1)));
}

/** Plays a source: it swells and fades. */
function play(source, through, at, seconds, force) {
  const volume = context.createGain();
  glide(volume.gain, at, seconds, 0.001, force, force / 9, 0.001);
  through.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + seconds);
}

/** Air that moves: noise through a band that glides. */
function air(after, seconds, from, to, force, width) {
  const at = context.currentTime + after;
  const source = new AudioBufferSourceNode(context, { buffer: hiss });
  const band = new BiquadFilterNode(context, { type: "bandpass", Q: width });
  glide(band.frequency, at, seconds, from, to);
  play(source, source.connect(band), at, seconds, force);
}

/** Wood that is struck: a tone that falls. */
function wood(after, seconds, from, to, force) {
  const at = context.currentTime + after;
  const tone = new OscillatorNode(context, { type: "triangle" });
  glide(tone.frequency, at, seconds, from, to);
  play(tone, tone, at, seconds, force);
}

const SOUNDS = {
  page: () => air(0, 0.3, 900, 3200, 0.2, 0.7),
  whisper: () => [2600, 1700, 3100].forEach((to, part) => air(part / 5, 0.34, 2100, to, 0.14, 4)),
  // It rolls more slowly the longer it rolls, for as long as the pointer runs.
  die() {
    for (let at = 0, step = 0.045; at < 1.1; at += step *= 1.16) wood(at, 0.05, 900 + 500 * Math.random(), 300, 0.2 - at / 9);
  },
  gavel() {
    for (const after of [0, 0.24]) {
      wood(after, 0.3, 190, 55, 0.6);
      air(after, 0.05, 1800, 700, 0.25, 1);
    }
  },
};

/** Makes one of the four sounds. */
export function sound(name) {
  if (mayPlay()) SOUNDS[name]();
}
