import {
  answer,
  fakeClock,
  hold,
  httpError,
  outline,
  text,
  tool,
  stories,
  type FakeClock,
  type Story,
  type StoryOptions,
} from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { deadline, watchSleep } from './sleep'

const HOUR = 3_600_000

const begin = stories()
const start = (clock: FakeClock, options: StoryOptions): Promise<Story> => begin({ ...options, clock })

const attempts = async (s: Story): Promise<readonly number[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'model.requested' ? [event.data.attempt] : []))
const busy = httpError(529, { type: 'overloaded_error', message: 'busy' }, { 'retry-after': '60' })

it('[C33] [rule 117] takes a stream for dead that the computer slept through, and asks again with the same messages', async () => {
  const clock = fakeClock()
  const held = hold()
  const s = await start(clock, {
    script: [answer([text('half')], { after: [{ type: 'hold', until: held.until }] }), answer([text('whole')])],
  })
  await s.commands.send('go')
  await expect.poll(() => s.live.some((update) => update.type === 'delta')).toBe(true)
  clock.jump(8 * HOUR)
  await clock.advance(6_000)
  await s.until('turn.ended')
  held.release()
  expect(outline(await s.facts()).slice(-4)).toEqual([
    'model.failed cut',
    'model.requested',
    'message.assistant end_turn',
    'turn.ended end',
  ])
  const messages = s.server.requests.map(({ body }) => body.slice(body.indexOf('"messages":')))
  expect(messages[1]).toBe(messages[0])
  // The server failed nobody: no try was used up.
  expect(await attempts(s)).toEqual([1, 1])
})

it('[C33] asks once after a wait that the computer slept through, and its tries count anew', async () => {
  const clock = fakeClock()
  const s = await start(clock, { script: [busy, answer([text('ok')]), answer([text('never asked for')])] })
  await s.commands.send('go')
  await s.until('model.failed')
  clock.jump(8 * HOUR)
  await clock.advance(6_000)
  await s.until('turn.ended')
  await clock.advance(10 * 60_000)
  expect(s.server.requests).toHaveLength(2)
  expect(await attempts(s)).toEqual([1, 1])
})

it('[C34] waits no longer because the clock was set back, and keeps the order of its facts', async () => {
  const clock = fakeClock()
  const s = await start(clock, { script: [busy, answer([text('ok')])] })
  await s.commands.send('go')
  await s.until('model.failed')
  // The wait is under way.
  await clock.advance(0)
  clock.jump(-24 * HOUR)
  await clock.advance(59_000)
  expect(s.server.requests).toHaveLength(1)
  await clock.advance(2_000)
  await s.until('turn.ended')
  const facts = await s.facts()
  expect(facts.map(({ seq }) => seq)).toEqual(facts.map((_, i) => i + 1))
  expect(facts.at(-1)?.at).toBeLessThan(facts[0]?.at ?? 0)
  await s.restart()
  expect(outline(await s.facts())).toEqual(outline(facts))
})

it('[C34] waits a day for no clock: a new worker after it was set back asks within ten minutes', async () => {
  const clock = fakeClock()
  const s = await start(clock, { script: [busy, answer([text('ok')])] })
  await s.commands.send('go')
  await s.until('model.failed')
  clock.jump(-24 * HOUR)
  await s.restart()
  await clock.advance(10 * 60_000 + 1_000)
  await s.until('turn.ended')
  expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
})

it('[rule 117] lets a person take three days for an answer', async () => {
  const clock = fakeClock()
  const s = await start(clock, { script: [answer([tool('shell', { command: 'make all' }, { id: 't1' })]), answer([text('ok')])] })
  await s.commands.send('go')
  await s.until('call.judged')
  const before = (await s.facts()).length
  await clock.advance(72 * HOUR)
  expect(await s.facts()).toHaveLength(before)
  // Nothing ticks meanwhile either.
  expect(clock.sleeping()).toBe(0)
  const judged = (await s.facts()).find((event) => event.type === 'call.judged')
  if (judged?.type !== 'call.judged') throw new Error('nothing was judged')
  await s.commands.decide({ call: judged.data.call, digest: judged.data.digest, answer: 'once' })
  await s.until('turn.ended')
  expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
})

it('[rule 117] takes no late timer for a sleep that is less than 30 s late', async () => {
  const clock = fakeClock()
  let slept = 0
  const watch = watchSleep(
    clock,
    () => slept++,
    (error) => {
      throw error
    },
  )
  await clock.advance(5_000)
  clock.jump(29_000)
  await clock.advance(5_000)
  clock.jump(-HOUR)
  await clock.advance(5_000)
  expect(slept).toBe(0)
  clock.jump(31_000)
  await clock.advance(5_000)
  expect(slept).toBe(1)
  watch.end()
  expect(clock.sleeping()).toBe(0)
})

it('[rule 117] holds a deadline by whichever clock gets there first', async () => {
  const clock = fakeClock()
  const end = deadline(clock, clock.now() + 60_000, 600_000)
  clock.jump(-HOUR)
  expect(end.left()).toBe(60_000)
  await clock.advance(10_000)
  expect(end.left()).toBe(50_000)
  clock.jump(2 * HOUR)
  expect(end.left()).toBe(0)
})
