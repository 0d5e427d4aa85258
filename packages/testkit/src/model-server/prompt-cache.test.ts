import { expect, it } from 'vitest'
import { fakeClock } from '../fake-clock'
import { promptCache, type Looked } from './prompt-cache'

const SYSTEM = `{"type":"text","text":"${'s'.repeat(4000)}","cache_control":{"type":"ephemeral","ttl":"1h"}}`
const block = (text: string, mark = ''): string => `{"type":"text","text":"${text}"${mark}}`
const MARK = ',"cache_control":{"type":"ephemeral"}'
const user = (...blocks: readonly string[]): string => `{"role":"user","content":[${blocks.join(',')}]}`
const request = (messages: readonly string[], more = '"cache_control":{"type":"ephemeral"},'): string =>
  `{"model":"m",${more}"system":[${SYSTEM}],"tools":[{"name":"t"}],"messages":[${messages.join(',')}]}`
const many = (count: number): string[] => Array.from({ length: count }, (_, n) => block(`${n} ${'x'.repeat(80)}`))

function bench() {
  const clock = fakeClock()
  const look = promptCache({ now: clock.now })
  const ask = (body: string): Looked['tokens'] => {
    const looked = look(body)
    looked.commit()
    return looked.tokens
  }
  return { clock, look, ask }
}

it('[F10] writes at breakpoints, reads the longest prefix, and bills the rest as input', () => {
  const { ask } = bench()
  const first = ask(request([user(block('a'.repeat(400)))]))
  expect([first.cacheRead, first.input]).toEqual([0, 0])
  expect(first.cacheWriteHour).toBeGreaterThan(1000)
  const second = ask(request([user(block('a'.repeat(400))), user(block('b'))]))
  expect(second.cacheRead).toBe(first.cacheWrite)
  expect(ask(request([user(block('c'))], '')).input).toBeGreaterThan(0)
})

it('[F10] keeps nothing that is shorter than the minimum', () => {
  const { look } = bench()
  const tiny = '{"model":"m","cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":"hi"}]}'
  expect(look(tiny).tokens).toMatchObject({ cacheRead: 0, cacheWrite: 0 })
})

it('[rule 44] lets an entry live from the start of the request that wrote or read it', async () => {
  const { clock, ask } = bench()
  const body = request([user(block('a'.repeat(4000)))])
  const { cacheWrite } = ask(body)
  await clock.advance(4 * 60_000)
  expect(ask(body).cacheRead).toBe(cacheWrite)
  await clock.advance(4 * 60_000)
  expect(ask(body).cacheRead).toBe(cacheWrite)
  await clock.advance(5 * 60_000)
  const hour = ask(body).cacheRead
  expect(hour).toBeGreaterThan(0)
  expect(hour).toBeLessThan(cacheWrite)
})

it('[rule 40] looks no further back than twenty blocks, so a long turn needs a breakpoint at its beginning', () => {
  const { ask } = bench()
  const start = user(block('a'.repeat(4000)))
  const { cacheWrite } = ask(request([start]))
  const lost = bench()
  lost.ask(request([start]))
  expect(lost.ask(request([start, user(...many(30))])).cacheRead).toBeLessThan(cacheWrite)
  expect(ask(request([user(block('a'.repeat(4000), MARK)), user(...many(30))])).cacheRead).toBe(cacheWrite)
})

it('[rule 43] serves siblings only once the first answer has begun: one write and four reads', () => {
  const { look } = bench()
  const sibling = (n: number): string => request([user(block('shared '.repeat(400), MARK), block(`task ${n}`))])
  const eager = [1, 2].map((n) => look(sibling(n)).tokens.cacheRead)
  expect(eager).toEqual([0, 0])
  const first = look(sibling(0))
  first.commit()
  const rest = [1, 2, 3, 4].map((n) => look(sibling(n)).tokens)
  expect(rest.every(({ cacheRead }) => cacheRead > 1000)).toBe(true)
  expect(rest.every(({ cacheWrite }) => cacheWrite < 20)).toBe(true)
})

it('voids messages with another effort or forced tool, and everything with another tool', () => {
  const { ask } = bench()
  const messages = [user(block('a'.repeat(4000)))]
  const { cacheWrite } = ask(request(messages))
  const effort = ask(request(messages, '"output_config":{"effort":"low"},"cache_control":{"type":"ephemeral"},')).cacheRead
  expect(effort).toBeGreaterThan(0)
  expect(effort).toBeLessThan(cacheWrite)
  expect(ask(request(messages).replace('"name":"t"', '"name":"u"')).cacheRead).toBe(0)
})
