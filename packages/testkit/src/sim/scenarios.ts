import type { Resolution } from '@tabwright/protocol'
import { using } from './answering'
import { LATE_SCENARIOS, MORE_SCENARIOS, SUB_AGENTS } from './scenarios-more'
import type { Person } from './person'
import type { Scenario } from './scenario'

/** One message after another, each until all is quiet. */
export function talk(...texts: readonly string[]): Scenario['person'] {
  return async (person: Person): Promise<void> => {
    for (const text of texts) {
      await person.say(text)
      await person.settle()
    }
  }
}

const NOTES = { 'notes.txt': 'one\n' }

/** A call that is under way when its tab dies: the person says what became of it. */
function lost(unknown: Resolution): Scenario {
  return {
    name: `lost call: ${unknown}`,
    files: NOTES,
    unknown,
    answers: { a: [using('deploy', { target: 'lost' }), { text: 'It is out.' }] },
    person: async (person) => {
      await person.say('[a] deploy it')
      person.meanwhile(
        (world) => world.effects.length > 0,
        () => person.close(),
      )
      await person.settle()
    },
  }
}

/** The stories that are told with every fault at every point. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'three tools',
    files: NOTES,
    answers: {
      a: [
        using('read_file', { path: 'notes.txt' }),
        using('shell', { command: 'add notes.txt two' }),
        using('write_file', { path: 'new.txt', content: 'fresh' }),
        { text: 'All three are done.' },
      ],
    },
    person: talk('[a] do three things'),
  },
  {
    name: 'side by side',
    files: NOTES,
    answers: {
      a: [
        {
          calls: [
            { tool: 'read_file', input: { path: 'notes.txt' } },
            { tool: 'list_files', input: {} },
            { tool: 'deploy', input: { target: 'one' } },
            { tool: 'read_file', input: { path: 'missing.txt' } },
          ],
        },
      ],
    },
    person: talk('[a] look at all of it'),
  },
  {
    name: 'approval',
    files: NOTES,
    answers: {
      a: [
        using('deploy', { target: 'first' }),
        using('shell', { command: 'add notes.txt asked' }),
        using('shell', { command: 'add notes.txt asked' }),
      ],
    },
    card: ({ name }) => ({ answer: name === 'shell' ? 'session' : 'once' }),
    person: talk('[a] ask me'),
  },
  {
    name: 'denial',
    files: NOTES,
    answers: {
      a: [
        { calls: [{ tool: 'deploy', input: { target: 'noted' } }] },
        { calls: ['bare', 'after'].map((target) => ({ tool: 'deploy', input: { target } })) },
      ],
      b: [using('deploy', { target: 'yes' })],
    },
    card: ({ input }) => {
      if (input.includes('noted')) return { answer: 'deny', note: 'not on a Friday' }
      return { answer: input.includes('bare') ? 'deny' : 'once' }
    },
    person: talk('[a] try', '[b] now'),
  },
  lost('done'),
  lost('again'),
  lost('skip'),
  {
    name: 'keyed effect',
    files: NOTES,
    answers: { a: [using('push', { target: 'main' }), using('push', { target: 'tags' })] },
    person: async (person) => {
      await person.say('[a] push it')
      person.meanwhile(
        (world) => world.effects.length > 0,
        () => person.close(),
      )
      await person.settle()
    },
  },
  {
    name: 'retry',
    files: NOTES,
    answers: {
      a: [
        { fails: [{ code: 'busy' }, { code: 'busy', retryAfterMs: 60_000 }], ...using('shell', { command: 'add notes.txt late' }) },
        { text: 'Better late.', fails: [{ code: 'cut' }] },
      ],
      b: [{ text: 'Found the key.', fails: [{ code: 'rejected_key' }] }],
    },
    person: talk('[a] be patient', '[b] and again'),
  },
  ...MORE_SCENARIOS,
  ...LATE_SCENARIOS,
]

/** Those too that take longer than `npm test` has time for. */
export const ALL_SCENARIOS: readonly Scenario[] = [...SCENARIOS, SUB_AGENTS]

/** @throws Error for a name that no scenario has */
export function scenarioNamed(name: string): Scenario {
  const found = ALL_SCENARIOS.find((scenario) => scenario.name === name)
  if (!found) throw new Error(`there is no scenario ${JSON.stringify(name)}; there are: ${ALL_SCENARIOS.map((one) => one.name).join(', ')}`)
  return found
}
