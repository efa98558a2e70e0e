// Plays a table of two seats to its Chronicle, with nothing but what Node 18 or later brings.
//
//     node play.mjs http://127.0.0.1:5000
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const SITE = (process.argv[2] ?? 'http://127.0.0.1:5000').replace(/\/$/, '');
const freshId = () => randomBytes(16).toString('hex');

async function ask(path, token, body) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const request = { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body) };
  for (;;) { // A repeat has the same command id, so it is done once.
    const answer = await fetch(SITE + path, { ...request, signal: AbortSignal.timeout(60_000) });
    if (answer.status === 204) return null; // There is nothing new.
    const read = await answer.json();
    if (answer.ok) return read;
    if (![429, 503].includes(answer.status)) throw new Error(`${answer.status} ${read.code}: ${read.detail}`);
    await sleep(1_000 * Number(answer.headers.get('retry-after')));
  }
}

async function take(path, wanted) {
  // The token is the key to this seat: send it with every request, and show it to nobody.
  const { table, token } = await ask(path, null, { ...wanted, command_id: freshId() });
  return { table: `/api/tables/${table}`, token };
}

async function act({ table, token }, name, details = {}) {
  try {
    await ask(`${table}/commands`, token, { command_id: freshId(), command: { do: name, ...details } });
  } catch (refused) { // Somebody was quicker: the next view shows where the story stands.
    console.error(refused.message);
  }
}

async function play(seat) {
  for (let seen = 0; ;) {
    const news = await ask(`${seat.table}?after=${seen}&wait=25`, seat.token);
    if (!news) continue;
    const { stage, version } = news.view;
    seen = version;
    if (stage.stage === 'chronicle') return stage;
    const asked = stage.stage === 'question' ? stage : stage.question;
    if (asked) {
      await act(seat, 'answer', { question: asked.question, answer: randomInt(asked.answers.length) });
    } else if (stage.stage === 'quest-choice' && !stage.quests.some(card => card.yours)) {
      await act(seat, 'take-up', { quest: stage.quests[0].quest });
    } else if (stage.stage === 'scene') {
      for (const { whisper, told, kept } of stage.whispers) {
        if (!told && !kept) await act(seat, 'tell', { scene: stage.scene, whisper, manner: 'truth' });
      }
      const ways = stage.options.filter(way => !way.quiet && !way.shut);
      if (stage.has_say && ways.length > 0 && !ways.some(way => way.yours)) {
        const chance = way => way.check?.chance.percent ?? 100;
        const best = ways.reduce((one, other) => (chance(other) > chance(one) ? other : one));
        await act(seat, 'choose', { scene: stage.scene, option: best.option });
      }
    } else if (stage.stage === 'naming' && !stage.has_judged) {
      await act(seat, 'pass-judgement');
    }
  }
}

const ada = await take('/api/tables', { name: 'Ada', limit: 'day' });
const ben = await take(`${ada.table}/seats`, { name: 'Ben' });
await act(ada, 'begin', { sitting: 'short' });
const [told] = await Promise.all([play(ada), play(ben)]);
console.log(`${told.quest}: ${told.ending?.title ?? 'broken off'}`);
