import type { Person } from './person'
import type { Scenario } from './scenario'

const NOTES = { 'notes.txt': 'one\n' }
const append = (line: string): { readonly tool: string; readonly input: { readonly command: string } } => ({
  tool: 'shell',
  input: { command: `add notes.txt ${line}` },
})

async function ready(person: Person, what: Parameters<Person['when']>[0], then: () => Promise<unknown>): Promise<void> {
  await person.when(what)
  await then()
}

const runs: Parameters<Person['when']>[0] = (desk) => desk.runs()
const streams: Parameters<Person['when']>[0] = (desk) => desk.streams()

/** Stories with more than one hand on the session. */
export const MORE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'steering',
    files: NOTES,
    answers: {
      a: [{ calls: [append('first'), append('second')] }, { text: 'A is done.' }],
      b: [{ text: 'Heard.', calls: [append('steered')] }],
      c: [{ text: 'Heard that too.' }],
    },
    person: async (person) => {
      await person.say('[a] start')
      await ready(person, streams, () => person.say('[b] and by the way'))
      await ready(person, runs, () => person.say('[c] one more thing'))
      await person.settle()
    },
  },
  {
    name: 'two tabs',
    files: NOTES,
    answers: {
      a: [{ calls: [append('first')] }, { calls: [{ tool: 'deploy', input: { target: 'shared' } }] }],
      b: [{ text: 'From the other tab.' }],
    },
    person: async (person) => {
      await person.say('[a] begin')
      const other = person.follow()
      await ready(person, streams, () => person.post(other, { type: 'message', text: '[b] from over there' }))
      await person.when(runs)
      person.takeOver()
      await person.settle()
    },
  },
  {
    name: 'stop',
    files: NOTES,
    answers: {
      a: [{ text: 'A long answer.', calls: [append('never')] }],
      b: [{ calls: [append('halfway'), append('after')] }],
      c: [{ text: 'Fine.' }],
    },
    person: async (person) => {
      await person.say('[a] talk')
      await ready(person, streams, () => person.act((desk) => desk.stop()))
      await person.settle()
      await person.say('[b] work')
      await ready(person, runs, () => person.act((desk) => desk.stop()))
      await person.settle()
      await person.say('[c] be good')
      await person.settle()
    },
  },
  {
    name: 'review',
    files: NOTES,
    answers: {
      a: [
        {
          calls: [
            { tool: 'write_file', input: { path: 'kept.txt', content: 'kept' } },
            { tool: 'write_file', input: { path: 'refused.txt', content: 'refused' } },
          ],
        },
      ],
      b: [{ text: 'Understood.' }],
    },
    person: async (person) => {
      await person.say('[a] write two')
      await person.settle()
      await decideOn(person, 'refused.txt', 'rejected')
      await decideOn(person, 'kept.txt', 'accepted')
      await person.say('[b] what now')
      await person.settle()
    },
  },
  {
    name: 'editing along',
    files: NOTES,
    answers: { a: [{ calls: [append('agent')] }, { calls: [{ tool: 'read_file', input: { path: 'notes.txt' } }] }] },
    person: async (person) => {
      await person.say('[a] change notes')
      await ready(person, runs, () => person.act((desk) => desk.save('notes.txt', 'mine\n')))
      await person.settle()
      await person.act((desk) => desk.type('add typed.txt in the terminal'))
      await person.settle()
    },
  },
  {
    name: 'full disk',
    files: NOTES,
    answers: { a: [{ calls: [append('first')] }, { calls: [{ tool: 'deploy', input: { target: 'full' } }] }] },
    person: async (person) => {
      await person.say('[a] fill it')
      await ready(person, runs, async () => person.world.disk.fill(true))
      await person.settle()
    },
  },
  {
    name: 'update',
    files: NOTES,
    answers: { a: [{ calls: [{ tool: 'deploy', input: { target: 'old build' } }] }, { text: 'So be it.' }] },
    person: async (person) => {
      await person.say('[a] deploy')
      person.meanwhile(
        ({ disk }) => disk.events.some(({ type }) => type === 'call.decided'),
        () => {
          person.world.build = 2
          person.close()
        },
      )
      await person.settle()
    },
  },
  {
    name: 'queue',
    files: NOTES,
    gone: ['[d] never mind', '[c] third'],
    answers: {
      a: [{ calls: [append('slow')] }],
      b: [{ text: 'b.' }],
      c: [{ text: 'c.' }],
    },
    person: async (person) => {
      const { disk } = person.world
      await person.say('[a] start')
      await person.say('[b] second')
      await person.say('[c] third')
      await person.say('[d] never mind')
      const row = (text: string): number =>
        [...disk.rows.inbox.values()].find(({ message }) => 'text' in message && message.text === text)?.n ?? 0
      const tab = await person.tab()
      await person.ask(tab, () => tab.store.withdraw(disk.session, row('[d] never mind')))
      await person.ask(tab, () => tab.store.amend(disk.session, row('[c] third'), { text: '[c] third, changed' }))
      await person.ask(tab, () => tab.store.reorder(disk.session, [row('[c] third, changed'), row('[b] second')]))
      await person.settle()
    },
  },
]

/** Back to before the message that came last. */
async function goBack(person: Person, text: string, scope: 'conversation' | 'both'): Promise<void> {
  const { disk } = person.world
  const said = disk.events.find(
    (event) => event.type === 'message.user' && JSON.stringify(event.data.content).includes(JSON.stringify(text)),
  )
  const border = disk.events.findLast((event) => event.seq < (said?.seq ?? 0) && BORDERS.has(event.type))
  if (border) await person.act((desk) => desk.restore({ to: border.seq, scope, keep: [] }))
  await person.settle()
}

const BORDERS: ReadonlySet<string> = new Set(['turn.ended', 'session.opened'])

/** A long talk, a summary of it while something still runs, and more talk. */
function compacting(name: string, knowsNoBlocks: boolean): Scenario {
  return {
    name,
    files: NOTES,
    knowsNoBlocks,
    answers: {
      a: [{ calls: [append('before')] }],
      b: [{ calls: [{ tool: 'deploy', input: { target: 'meanwhile' } }] }],
      c: [{ calls: [append('after')] }],
    },
    person: async (person) => {
      await person.say('[a] first')
      await person.settle()
      await person.say('[b] second')
      await ready(person, runs, () => person.act((desk) => desk.compact('the names')))
      await person.settle()
      await person.say('[c] third')
      await person.settle()
    },
  }
}

/** Stories that change what came before. */
export const LATE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'rewind',
    files: NOTES,
    answers: {
      a: [{ text: 'Hello.' }],
      b: [{ calls: [{ tool: 'deploy', input: { target: 'site' } }, append('b')] }],
      c: [{ calls: [{ tool: 'deploy', input: { target: 'site' } }, append('c')] }],
    },
    card: ({ name }) => ({ answer: name === 'deploy' ? 'session' : 'once' }),
    person: async (person) => {
      await person.say('[a] hello')
      await person.settle()
      await person.say('[b] deploy it')
      await person.settle()
      await goBack(person, '[b] deploy it', 'both')
      await person.say('[c] deploy it after all')
      await person.settle()
    },
  },
  compacting('compaction', false),
  compacting('compaction in words', true),
]

async function decideOn(person: Person, path: string, decision: 'accepted' | 'rejected'): Promise<void> {
  await person.act((desk) => desk.review(path, decision))
  await person.settle()
}

/** Two at once, on the same file and on what cannot be taken back, and a message meanwhile. */
export const SUB_AGENTS: Scenario = {
  name: 'sub-agents',
  files: NOTES,
  answers: {
    a: [
      {
        calls: [
          { tool: 'task', input: { title: 'one', prompt: '[b] add a line' } },
          { tool: 'task', input: { title: 'two', prompt: '[c] bring it out' } },
        ],
      },
      { text: 'Both have reported.' },
    ],
    b: [{ calls: [append('first')] }, { text: 'It is there.' }],
    c: [{ calls: [append('second'), { tool: 'deploy', input: { target: 'site' } }] }, { text: 'It is out.' }],
    d: [{ text: 'Heard.' }],
  },
  person: async (person) => {
    await person.say('[a] share it')
    await ready(person, runs, () => person.say('[d] and by the way'))
    await person.settle()
  },
}
