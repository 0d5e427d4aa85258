import type { Json } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { readFrame } from './read-frame'
import { settle, workerUnderTest } from './worker-under-test'

/** Mulberry32: the same frames at every run. */
function drawing(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const FRAMES: readonly Json[] = [
  { type: 'workerregistered', worker_id: 'w', reattach_token: 't' },
  {
    type: 'invokefunction',
    invocation_id: 'i',
    function_id: 'tab::echo',
    data: { _caller_worker_id: 'w', a: [1, { b: null }] },
    metadata: {},
  },
  { type: 'invocationresult', invocation_id: 'id-1', result: { a: 1 }, error: null },
  { type: 'invocationresult', invocation_id: 'id-1', error: { code: 'c', message: 'm', stacktrace: null } },
  { type: 'cancelinvocation', invocation_id: 'i', reason: 'deadline' },
  { type: 'registertrigger', id: 'b', trigger_type: 'ide::saved', function_id: 'x::y', config: {} },
  { type: 'unregistertrigger', id: 'b', trigger_type: 'ide::saved' },
  { type: 'triggerregistrationresult', id: 'b', error: { code: 'c', message: 'm' } },
  { type: 'registrationrejected', code: 'c', namespace: 'default', function_id: 'a::b', message: 'm' },
  { type: 'error', error: { code: 'c', message: 'm' }, id: 'x' },
  { type: 'reattached', previous_worker_id: 'w' },
  { type: 'pong' },
]
const VALUES: readonly string[] = [
  'null',
  '0',
  '-1e999',
  '""',
  '[]',
  '{}',
  'true',
  '"__proto__"',
  '{"__proto__":{"type":"x"}}',
  '"toString"',
  '[[[[1]]]]',
]

function mutated(draw: (below: number) => number): string {
  let text = JSON.stringify(FRAMES[draw(FRAMES.length)])
  for (let times = draw(4); times > 0; times--) {
    const at = draw(text.length + 1)
    const kind = draw(4)
    if (kind === 0) text = text.slice(0, at) + String.fromCharCode(draw(256)) + text.slice(at + 1)
    if (kind === 1) text = text.slice(0, at)
    if (kind === 2) text = text.replace(/:("[^"]*"|null|\{\}|\d)/, () => `:${VALUES[draw(VALUES.length)] ?? ''}`)
    if (kind === 3)
      text = text.replace(
        /"([a-z_]+)":/,
        (all, key: string) => `"${['__proto__', 'constructor', key, 'type'][draw(4)] ?? key}":${all.length},${all}`,
      )
  }
  return text
}

it('takes 10,000 mutated frames without a fault, keeps little of them, and works after them as before', async () => {
  const draw = drawing(20_261_121)
  const { worker, socket } = await workerUnderTest()
  worker.registerFunction('tab::echo', (data) => data)
  worker.registerTriggerType({ id: 'ide::saved', bind: () => undefined, unbind: () => undefined })
  socket.welcomes('w')
  let read = 0
  for (let frame = 0; frame < 10_000; frame++) {
    const text = mutated(draw)
    if (readFrame(text) !== undefined) read++
    socket.tells('message', text)
    if (frame % 100 === 0) await settle()
  }
  expect(read).toBeGreaterThan(2500)
  expect(Object.hasOwn(Object.prototype, 'type')).toBe(false)
  await settle()
  const answer = worker.invoke('a::one')
  socket.says({ type: 'invocationresult', invocation_id: 'id-1', result: 'fine' })
  expect(await answer).toBe('fine')
})

it('passes over what is no frame: other types, bytes, text that is not JSON, and JSON that is too deep', async () => {
  const { socket } = await workerUnderTest()
  socket.welcomes('w')
  const before = socket.sent.length
  for (const data of [
    '',
    'null',
    '[]',
    '"invokefunction"',
    '{"type":"toString"}',
    '{"type":["pong"]}',
    '['.repeat(200_000),
    new ArrayBuffer(4),
    undefined,
  ]) {
    socket.tells('message', data)
  }
  expect(socket.sent).toHaveLength(before)
})

it('reads own fields only', () => {
  expect(readFrame('{"type":"invokefunction","__proto__":{"function_id":"a::b"}}')).toBeUndefined()
  expect(readFrame('{"type":"invocationresult","invocation_id":"i","error":"said so"}')).toMatchObject({
    error: { code: 'invocation_failed' },
  })
})
