import { expect, it } from 'vitest'
import { CallError } from './call-error'
import { settle, workerUnderTest, type TestSocket } from './worker-under-test'

const errorOf = async (promise: Promise<unknown>): Promise<CallError> => {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof CallError) return thrown
  throw new Error(`no CallError: ${String(thrown)}`)
}

const answers = (socket: TestSocket): readonly unknown[] =>
  socket.frames('invocationresult').map(({ invocation_id, result, error }) => ({ invocation_id, result, error }))

it('says who it is and what it offers before the calls that waited, in the order in which they were made', async () => {
  const { worker, socket } = await workerUnderTest()
  const first = worker.invoke('a::one', { n: 1 }, { metadata: { session: 's' }, traceparent: '00-x', baggage: 'k=v', deadlineMs: 5000 })
  worker.send('a::two')
  worker.registerTrigger({ type: 'ide::saved', functionId: 'tab::seen' })
  worker.registerFunction('tab::seen', () => 'seen', { description: 'Sees.', request: { type: 'object' }, metadata: { public: true } })
  socket.welcomes('w1')
  expect(socket.frames()).toEqual([
    {
      type: 'invokefunction',
      function_id: 'engine::workers::register',
      data: { name: 'tab', runtime: 'tabwright' },
      action: { type: 'void' },
    },
    { type: 'registerfunction', id: 'tab::seen', description: 'Sees.', request_format: { type: 'object' }, metadata: { public: true } },
    { type: 'registertrigger', id: 'id-2', trigger_type: 'ide::saved', function_id: 'tab::seen', config: {} },
    {
      type: 'invokefunction',
      invocation_id: 'id-1',
      function_id: 'a::one',
      data: { n: 1 },
      metadata: { session: 's' },
      traceparent: '00-x',
      baggage: 'k=v',
      timeout_ms: 5000,
    },
    { type: 'invokefunction', function_id: 'a::two', action: { type: 'void' } },
  ])
  expect(worker.id).toBe('w1')
  socket.says({ type: 'invocationresult', invocation_id: 'id-1', result: { n: 2 } })
  expect(await first).toEqual({ n: 2 })
})

it('throws an error with code, message and function where a call failed, and nothing as undefined', async () => {
  const { worker, socket } = await workerUnderTest()
  socket.welcomes('w1')
  const failed = worker.invoke('a::one')
  const empty = worker.invoke('a::two')
  socket.says({ type: 'invocationresult', invocation_id: 'id-9', result: 'of nobody' })
  socket.says({ type: 'invocationresult', invocation_id: 'id-1', error: { code: 'ENOENT', message: 'No such file.', stacktrace: 'at x' } })
  socket.says({ type: 'invocationresult', invocation_id: 'id-1', result: 'too late' })
  socket.says({ type: 'invocationresult', invocation_id: 'id-2' })
  expect(await errorOf(failed)).toMatchObject({ code: 'ENOENT', message: 'No such file.', functionId: 'a::one', stacktrace: 'at x' })
  expect(await empty).toBeUndefined()
})

it('ends a call at its deadline or when its signal says so, and tells the relay', async () => {
  const { worker, socket, clock } = await workerUnderTest()
  socket.welcomes('w1')
  const stop = new AbortController()
  const late = worker.invoke('a::slow', {}, { deadlineMs: 700 })
  const stopped = worker.invoke('a::slow', {}, { signal: stop.signal })
  stop.abort()
  await clock.pass(700)
  expect(await errorOf(late)).toMatchObject({ code: 'TIMEOUT', functionId: 'a::slow' })
  expect(await errorOf(stopped)).toMatchObject({ code: 'invocation_cancelled' })
  expect(await errorOf(worker.invoke('a::slow', {}, { signal: stop.signal }))).toMatchObject({ code: 'invocation_cancelled' })
  const cancels = socket.frames('invokefunction').filter((frame) => frame['function_id'] === 'engine::invocations::cancel')
  expect(cancels.map((frame) => frame['data'])).toEqual([{ invocation_id: 'id-2' }, { invocation_id: 'id-1' }])
})

it('keeps a bounded number of calls while there is no connection, refuses more as busy and forgets those whose time is over', async () => {
  const { worker, socket, clock } = await workerUnderTest({ limits: { queued: 2, queuedBytes: 1000 } })
  const expired = worker.invoke('a::one', {}, { deadlineMs: 100 })
  const kept = worker.invoke('a::two', {})
  expect(await errorOf(worker.invoke('a::three', {}))).toMatchObject({ code: 'busy', functionId: 'a::three' })
  expect(() => worker.send('a::three', {})).toThrow(CallError)
  await clock.pass(100)
  expect(await errorOf(expired)).toMatchObject({ code: 'TIMEOUT' })
  expect(await errorOf(worker.invoke('a::large', 'x'.repeat(1000)))).toMatchObject({ code: 'busy' })
  socket.welcomes('w1')
  expect(socket.calls.map((frame) => frame['function_id'])).toEqual(['a::two'])
  socket.says({ type: 'invocationresult', invocation_id: 'id-2', result: 1 })
  expect(await kept).toBe(1)
  socket.bufferedAmount = 5 * 1024 * 1024
  expect(await errorOf(worker.invoke('a::two', {}))).toMatchObject({ code: 'busy' })
})

it('puts calls into a queue and gives the receipt', async () => {
  const { worker, socket } = await workerUnderTest()
  socket.welcomes('w1')
  const receipt = worker.enqueue({ queue: 'jobs', functionId: 'a::one', key: 'k' }, { n: 1 })
  expect(socket.frames('invokefunction').at(-1)).toMatchObject({
    function_id: 'a::one',
    data: { n: 1 },
    action: { type: 'enqueue', queue: 'jobs', key: 'k' },
  })
  socket.says({ type: 'invocationresult', invocation_id: 'id-1', result: { messageReceiptId: 'r' } })
  expect(await receipt).toBe('r')
})

it('answers calls with what the handler gave or threw, tells who called beside the data, and sends no stack', async () => {
  const { worker, socket } = await workerUnderTest()
  const seen: unknown[] = []
  worker.registerFunction('tab::add', (data, { caller, metadata, traceparent, functionId }) => {
    seen.push({ data, caller, metadata, traceparent, functionId })
    return { sum: 3 }
  })
  worker.registerFunction('tab::fail', () => Promise.reject(new CallError('tab::fail', { code: 'denied', message: 'No.' })))
  worker.registerFunction('tab::throw', () => {
    throw new TypeError('It broke.')
  })
  worker.registerFunction('tab::null', () => null)
  socket.welcomes('w1')
  const call = { type: 'invokefunction', function_id: 'tab::add', invocation_id: 'i1' }
  socket.says({ ...call, data: { a: 1, _caller_worker_id: 'w9' }, metadata: { m: 1 }, traceparent: '00-t' })
  socket.says({ ...call, function_id: 'tab::fail', invocation_id: 'i2' })
  socket.says({ ...call, function_id: 'tab::throw', invocation_id: 'i3' })
  socket.says({ ...call, function_id: 'tab::null', invocation_id: 'i4' })
  socket.says({ ...call, function_id: 'tab::toString', invocation_id: 'i5' })
  await settle()
  expect(seen).toEqual([{ data: { a: 1 }, caller: 'w9', metadata: { m: 1 }, traceparent: '00-t', functionId: 'tab::add' }])
  expect(answers(socket)).toEqual(
    expect.arrayContaining([
      { invocation_id: 'i1', result: { sum: 3 } },
      { invocation_id: 'i2', error: { code: 'denied', message: 'No.' } },
      { invocation_id: 'i3', error: { code: 'invocation_failed', message: 'It broke.' } },
      { invocation_id: 'i4' },
      { invocation_id: 'i5', error: { code: 'function_not_found', message: 'This worker does not offer tab::toString.' } },
    ]),
  )
})

it('runs a call once however often it is delivered, and repeats its answer', async () => {
  const { worker, socket } = await workerUnderTest()
  let runs = 0
  let finish: (text: string) => void = () => undefined
  worker.registerFunction('tab::slow', () => {
    runs++
    return new Promise<string>((resolve) => (finish = resolve))
  })
  socket.welcomes('w1')
  const call = { type: 'invokefunction', function_id: 'tab::slow', invocation_id: 'i1', data: 1 }
  socket.says(call)
  socket.says(call)
  finish('done')
  await settle()
  socket.says(call)
  expect(runs).toBe(1)
  expect(answers(socket)).toEqual([
    { invocation_id: 'i1', result: 'done' },
    { invocation_id: 'i1', result: 'done' },
  ])
})

it('refuses calls beyond its bound, and answers that do not fit a frame', async () => {
  const { worker, socket } = await workerUnderTest({ limits: { running: 1, frameBytes: 400 } })
  worker.registerFunction(
    'tab::hang',
    (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('漢'.repeat(200)))),
  )
  socket.welcomes('w1')
  const call = { type: 'invokefunction', function_id: 'tab::hang', data: 1 }
  socket.says({ ...call, invocation_id: 'i1' })
  socket.says({ ...call, invocation_id: 'i2' })
  socket.says({ type: 'cancelinvocation', invocation_id: 'i1', reason: 'deadline' })
  await settle()
  expect(answers(socket)).toMatchObject([
    { invocation_id: 'i2', error: { code: 'busy' } },
    { invocation_id: 'i1', error: { code: 'too_large' } },
  ])
})

it('does not send what no frame holds, and says whole milliseconds within the bounds of a frame', async () => {
  const { worker, socket } = await workerUnderTest({ limits: { frameBytes: 400 } })
  socket.welcomes('w1')
  await expect(worker.invoke('api::take', '漢'.repeat(200))).rejects.toMatchObject({ code: 'too_large', isNotCalled: true })
  expect(() => worker.send('api::take', 'x'.repeat(500))).toThrow(/larger than a frame/)
  const asked = () => socket.frames('invokefunction').filter(({ function_id }) => function_id === 'api::take')
  expect(asked()).toEqual([])
  for (const deadlineMs of [1500.5, 0, 700_000]) void worker.invoke('api::take', 1, { deadlineMs }).catch(() => undefined)
  expect(asked().map(({ timeout_ms }) => timeout_ms)).toEqual([1501, 1, 600_000])
})

it('provides a trigger type: bindings are answered, and a config that is none is refused by name', async () => {
  const { worker, socket } = await workerUnderTest()
  const bound: string[] = []
  worker.registerTriggerType({
    id: 'ide::saved',
    bind: ({ id, config }) => {
      if (config === 'bad') throw new Error('That is no pattern.')
      bound.push(id)
    },
    unbind: (id) => void bound.splice(bound.indexOf(id), 1),
  })
  socket.welcomes('w1')
  const binding = { type: 'registertrigger', trigger_type: 'ide::saved', function_id: 'x::y' }
  socket.says({ ...binding, id: 'b1', config: {} })
  socket.says({ ...binding, id: 'b2', config: 'bad' })
  socket.says({ ...binding, id: 'b3', trigger_type: 'other::type', config: {} })
  await settle()
  expect(bound).toEqual(['b1'])
  expect(new Map(socket.frames('triggerregistrationresult').map(({ id, error }) => [id, error]))).toEqual(
    new Map<unknown, unknown>([
      ['b1', undefined],
      ['b2', { code: 'trigger_registration_failed', message: 'That is no pattern.' }],
      ['b3', { code: 'trigger_type_not_found', message: 'This worker does not provide other::type.' }],
    ]),
  )
  socket.says({ type: 'unregistertrigger', id: 'b1', trigger_type: 'ide::saved' })
  expect(bound).toEqual([])
})

it('hands on what the relay refused, with the id that it concerns', async () => {
  const refused: unknown[] = []
  const { socket } = await workerUnderTest({ onRefused: (one) => refused.push(one) })
  socket.welcomes('w1')
  socket.says({ type: 'registrationrejected', code: 'FORBIDDEN', namespace: 'default', function_id: 'a::b', message: 'Not yours.' })
  socket.says({ type: 'triggerregistrationresult', id: 'b1', error: { code: 'trigger_registration_failed', message: 'No.' } })
  socket.says({ type: 'error', id: 'x', error: { code: 'bad_frame', message: 'Bad.' } })
  expect(refused).toEqual([
    { code: 'FORBIDDEN', message: 'Not yours.', id: 'a::b' },
    { code: 'trigger_registration_failed', message: 'No.', id: 'b1' },
    { code: 'bad_frame', message: 'Bad.', id: 'x' },
  ])
})

it('refuses an id that is registered here already', async () => {
  const { worker } = await workerUnderTest()
  worker.registerFunction('tab::a', () => 1)
  expect(() => worker.registerFunction('tab::a', () => 2)).toThrow('registered already')
})

it('fails what waits when it is closed, and tells what runs', async () => {
  const { worker, socket } = await workerUnderTest()
  const aborted: boolean[] = []
  worker.registerFunction('tab::hang', (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => aborted.push(true))))
  socket.welcomes('w1')
  socket.says({ type: 'invokefunction', function_id: 'tab::hang', invocation_id: 'i1' })
  const waits = worker.invoke('a::b')
  worker.close()
  expect(await errorOf(waits)).toMatchObject({ code: 'unavailable', isNotCalled: false })
  expect([aborted, socket.isClosed, worker.id]).toEqual([[true], true, undefined])
})
