import type { SessionEvent } from '@tabwright/protocol'
import { describe, expect, it, vi } from 'vitest'
import { outline } from '../story'
import { once } from './campaign'
import { askedFor } from './check-effects'
import type { Fault } from './fault'
import { scenarioNamed } from './scenarios'
import { simulate, type Run } from './simulate'

const KILL: Fault = { type: 'kill', when: 'before' }
const KILLED: Fault = { type: 'kill', when: 'after' }
const CUT: Fault = { type: 'fail', when: 'before', code: 'cut' }
const BUSY: Fault = { type: 'fail', when: 'before', code: 'busy' }
const SLEEP: Fault = { type: 'sleep', ms: 3_600_000 }

const count = (events: readonly SessionEvent[], line: string): number => outline(events).filter((one) => one.startsWith(line)).length

/** How often something was done outside for each call. */
function timesDone({ world }: Run, tool: string): number {
  return world.effects.filter((effect) => effect.tool === tool && !effect.repeated).length
}

interface CrashPoint {
  readonly title: string
  readonly scenario: string
  /** Every point whose name fits, one run for each. */
  readonly at: RegExp
  readonly fault: Fault
  readonly check: (run: Run) => void
}

const saidOnce = ({ world }: Run): void => expect(count(world.disk.events, 'message.user')).toBe(world.written.length)
const askedAgain = (run: Run): void => {
  saidOnce(run)
  expect(count(run.world.disk.events, 'model.failed cut')).toBeGreaterThan(0)
  expect(run.world.disk.events.filter(({ type }) => type === 'turn.ended')).toHaveLength(run.world.written.length)
}
const deployedOnce = (run: Run): void => expect(timesDone(run, 'deploy')).toBe(1)

const POINTS: readonly CrashPoint[] = [
  { title: '[C01] sends a message again that was not kept', scenario: 'three tools', at: /^log\.post/, fault: KILL, check: saidOnce },
  {
    title: '[C02] has a message once that was kept and not acknowledged',
    scenario: 'three tools',
    at: /^log\.post/,
    fault: KILLED,
    check: saidOnce,
  },
  {
    title: '[C03] asks again after dying before the first byte',
    scenario: 'three tools',
    at: /^model\.open/,
    fault: KILL,
    check: askedAgain,
  },
  {
    title: '[C04] asks again after dying in the middle of an answer',
    scenario: 'three tools',
    at: /^model\.delta/,
    fault: KILL,
    check: askedAgain,
  },
  {
    title: '[C05] asks again after dying with a whole answer that was not kept',
    scenario: 'three tools',
    at: /^(model\.stop|log\.append message\.assistant)/,
    fault: KILL,
    check: askedAgain,
  },
  {
    title: '[C06] judges a call after dying before it did',
    scenario: 'approval',
    at: /^log\.append call\.judged/,
    fault: KILL,
    check: deployedOnce,
  },
  {
    title: '[C07] shows the same card again, and nobody but the person answers it',
    scenario: 'approval',
    at: /^log\.append call\.decided/,
    fault: KILL,
    check: (run) => {
      deployedOnce(run)
      expect(count(run.world.disk.events, 'call.judged toolu_a.0.0')).toBe(1)
    },
  },
  {
    title: '[C08] runs what was decided before it died',
    scenario: 'approval',
    at: /^log\.append call\.started/,
    fault: KILL,
    check: deployedOnce,
  },
  {
    title: '[C09] asks a person about a call of class ask that was started',
    scenario: 'lost call: skip',
    at: /^outside\.deploy$/,
    fault: KILL,
    check: (run) => {
      expect(timesDone(run, 'deploy')).toBe(0)
      expect(outline(run.world.disk.events)).toContain('call.ended toolu_a.0.0 unknown')
    },
  },
  {
    title: '[C10] runs a tx call again that died while it ran: once in the files',
    scenario: 'three tools',
    at: /^hands\.ended/,
    fault: KILL,
    check: ({ world }) => expect(world.disk.rows.files.get('notes.txt')?.size).toBe('one\ntwo\n'.length),
  },
  {
    title: '[C11] repeats a keyed call with its key, so that it happens once',
    scenario: 'keyed effect',
    at: /^outside\.push$/,
    fault: KILLED,
    check: (run) => expect(timesDone(run, 'push')).toBe(2),
  },
  {
    title: '[C17] lets a frozen writer write nothing after another tab took over',
    scenario: 'approval',
    at: /^(outside\.deploy|log\.append call\.ended)/,
    fault: { type: 'freeze' },
    check: (run) => expect(timesDone(run, 'deploy')).toBeLessThan(2),
  },
  {
    title: '[O50] refuses the result of a tab that woke after another went on',
    scenario: 'two tabs',
    at: /^(hands\.execute|hands\.ended)/,
    fault: { type: 'freeze' },
    check: ({ world }) => expect(world.disk.rows.files.get('notes.txt')?.size).toBe('one\nfirst\n'.length),
  },
  {
    title: '[C18] starts nothing on a full disk',
    scenario: 'approval',
    at: /^log\.append call\.started/,
    fault: { type: 'full' },
    check: deployedOnce,
  },
  {
    title: '[C20] writes nothing twice when a connection dies after a write',
    scenario: 'three tools',
    at: /^log\.append/,
    fault: { type: 'fail', when: 'after', code: 'storage_off' },
    check: ({ world }) => expect(count(world.disk.events, 'turn.ended end')).toBe(1),
  },
  {
    title: '[C25] [C26] tries again by itself when the server is busy',
    scenario: 'approval',
    at: /^model\.open/,
    fault: BUSY,
    check: (run) => {
      deployedOnce(run)
      expect(outline(run.world.disk.events)).toContain('model.failed busy')
    },
  },
  {
    title: '[C27] takes nothing from an answer that was cut',
    scenario: 'three tools',
    at: /^model\.(delta|stop)/,
    fault: CUT,
    check: askedAgain,
  },
  {
    title: '[rule 74] runs nothing while an answer streams, so that one that is cut has nothing to take back',
    scenario: 'side by side',
    at: /^model\.delta/,
    fault: CUT,
    check: ({ world }) => {
      const { events } = world.disk
      for (const started of events.filter((event) => event.type === 'call.started')) {
        const asked = events.find((event) => askedFor(event).some(({ id }) => id === started.data.call))
        expect(asked?.seq).toBeLessThan(started.seq)
      }
      expect(world.effects).toHaveLength(1)
    },
  },
  {
    title: '[C33] takes a stream for dead after a sleep and asks again',
    scenario: 'three tools',
    at: /^model\.delta/,
    fault: SLEEP,
    check: saidOnce,
  },
  {
    title: '[C34] orders by number whatever the clock says',
    scenario: 'three tools',
    at: /^log\.append/,
    fault: { type: 'clock', ms: -86_400_000 },
    check: ({ world }) => expect(count(world.disk.events, 'turn.ended end')).toBe(1),
  },
]

// Thousands of runs: how long that takes is the machine's affair.
vi.setConfig({ testTimeout: 300_000 })

describe('a fault at every such point', () => {
  it.each(POINTS)('$title', async ({ scenario: name, at, fault, check }) => {
    const scenario = scenarioNamed(name)
    const numbers: number[] = []
    await simulate({ scenario, faults: (point) => void (at.test(point.name) && numbers.push(point.n)) })
    expect(numbers).not.toEqual([])
    for (const number of numbers) {
      const run = await simulate({ scenario, faults: once(number, fault) })
      expect(run.problems, run.trace.join('\n')).toEqual([])
      check(run)
    }
  })
})

describe('a worker that may die after any fact', () => {
  it('[F01] ends with the same log and each tool run once, wherever it dies', async () => {
    const scenario = scenarioNamed('three tools')
    const names: string[] = []
    const base = await simulate({ scenario, faults: (point) => void (names[point.n] = point.name) })
    const wanted = told(base)
    for (const [at, name] of names.entries()) {
      if (!name.startsWith('log.append')) continue
      for (const fault of [KILL, KILLED]) expect(told(await simulate({ scenario, faults: once(at, fault) })), name).toEqual(wanted)
    }
  })

  it('[C16] reads the files after it fenced the tab that still wrote them', async () => {
    let isLate = false
    const run = await simulate({
      scenario: scenarioNamed('two tabs'),
      faults: ({ life, name }) => {
        if (life === 'tab1') return name === 'hint.stolen' ? { type: 'drop' } : undefined
        if (name !== 'log.claim' || isLate) return undefined
        isLate = true
        return { type: 'delay', ms: 3000 }
      },
    })
    expect(isLate).toBe(true)
    expect(run.problems, run.trace.join('\n')).toEqual([])
  })

  it('is the same run for the same choices', async () => {
    const scenario = scenarioNamed('two tabs')
    const run = (): Promise<Run> => simulate({ scenario, seed: 5, random: true, faults: once(30, KILLED) })
    const [one, two] = [await run(), await run()]
    expect(one.trace).toEqual(two.trace)
    expect(one.world.disk.events).toEqual(two.world.disk.events)
    const other = await simulate({ scenario, seed: 6, random: true, faults: once(30, KILLED) })
    expect(other.trace).not.toEqual(one.trace)
  })
})

/** The log without the notes that a request was asked again, and without the numbers of tries in the names of calls. */
function told({ world }: Run): readonly string[] {
  return outline(world.disk.events)
    .filter((line, at, all) => line !== 'model.failed cut' && !(line === 'model.requested' && all[at - 1] === 'model.failed cut'))
    .map((line) => line.replace(/(toolu_\w\.\d\.\d)\.\d/, '$1'))
}
