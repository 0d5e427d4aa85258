import { expect, it } from 'vitest'
import { settle, workerUnderTest } from './worker-under-test'

it('tries again after 1 s and twice as long each time up to 30 s, a third shorter or longer, and asks for an address anew', async () => {
  let asked = 0
  const under = await workerUnderTest({ address: () => Promise.resolve(`ws://relay/worker/ticket-${++asked}/`), random: () => 1 })
  const waits: unknown[] = []
  for (let attempt = 0; attempt < 7; attempt++) {
    under.socket.tells('close')
    waits.push(under.clock.next)
    await under.clock.pass(under.clock.next ?? 0)
  }
  expect(waits).toEqual([1300, 2600, 5200, 10_400, 20_800, 39_000, 39_000])
  expect(under.sockets.map((one) => one.address).slice(0, 2)).toEqual(['ws://relay/worker/ticket-1/', 'ws://relay/worker/ticket-2/'])
})

it('tells each state, with why the last attempt failed', async () => {
  const states: unknown[] = []
  let isBroken = true
  const address = (): Promise<string> =>
    isBroken ? Promise.reject(new Error('The relay does not answer.')) : Promise.resolve('ws://relay/worker')
  const under = await workerUnderTest({ address, onState: (state) => states.push(state) })
  isBroken = false
  under.worker.retry()
  await settle()
  under.socket.welcomes('w1')
  under.socket.tells('close')
  under.worker.close()
  expect(states).toEqual([
    { type: 'connecting' },
    { type: 'waiting', ms: 1000, why: 'The relay does not answer.' },
    { type: 'connecting' },
    { type: 'open' },
    { type: 'waiting', ms: 2000, why: 'The connection to the relay broke.' },
    { type: 'closed' },
  ])
})

it('begins with short waits again after a connection that held, and not after one that was thrown out', async () => {
  const under = await workerUnderTest()
  under.socket.tells('close')
  await under.clock.pass(1000)
  under.socket.welcomes('w1')
  under.socket.tells('close')
  expect(under.clock.next).toBe(2000)
  await under.clock.pass(2000)
  under.socket.welcomes('w2')
  under.socket.says({ type: 'pong' })
  await under.clock.pass(5000)
  under.socket.tells('close')
  expect(under.clock.next).toBe(1000)
})

it('sends a heartbeat every 20 s and makes a new connection after a minute without a word', async () => {
  const under = await workerUnderTest()
  const [first] = under.sockets
  under.socket.welcomes('w1')
  await under.clock.pass(40_000)
  expect(first?.frames('ping')).toHaveLength(2)
  first?.says({ type: 'ping' })
  expect(first?.frames('pong')).toHaveLength(1)
  await under.clock.pass(59_000)
  expect(first?.isClosed).toBe(false)
  await under.clock.pass(2000)
  expect([first?.isClosed, under.sockets.length]).toEqual([true, 2])
})

it('gives up a socket that does not open, and hears nothing more from it', async () => {
  const under = await workerUnderTest()
  const [first] = under.sockets
  await under.clock.pass(10_000)
  expect(first?.isClosed).toBe(true)
  first?.welcomes('w1')
  expect([under.worker.id, first?.sent]).toEqual([undefined, []])
})

it('goes on where it was after a broken socket: calls in flight are sent once more under their ids, answers are repeated', async () => {
  const under = await workerUnderTest()
  let finish: (text: string) => void = () => undefined
  under.worker.registerFunction('tab::slow', () => new Promise<string>((resolve) => (finish = resolve)))
  under.worker.registerFunction('tab::quick', () => 'quick')
  const [first] = under.sockets
  first?.welcomes('w1')
  const inFlight = under.worker.invoke('a::one', { n: 1 })
  const call = { type: 'invokefunction', data: 1 }
  first?.says({ ...call, function_id: 'tab::slow', invocation_id: 'i1' })
  first?.says({ ...call, function_id: 'tab::quick', invocation_id: 'i2' })
  await settle()
  first?.tells('close')
  finish('slow')
  const queued = under.worker.invoke('a::two')
  await under.clock.pass(1000)
  const { socket } = under
  socket.welcomes('w2')
  expect(socket.frames()[0]).toEqual({ type: 'reattach', previous_worker_id: 'w1', reattach_token: 'token of w1', again: true })
  expect(socket.frames('invocationresult')).toEqual([])
  socket.says({ type: 'reattached', previous_worker_id: 'w1' })
  socket.says({ type: 'pong' })
  expect(socket.calls.map((frame) => [frame['invocation_id'], frame['function_id']])).toEqual([
    ['id-1', 'a::one'],
    ['id-2', 'a::two'],
  ])
  expect(socket.frames('invocationresult').map((frame) => frame['result'])).toEqual(['quick', 'slow'])
  socket.says({ type: 'invocationresult', invocation_id: 'id-1', result: 1 })
  socket.says({ type: 'invocationresult', invocation_id: 'id-2', result: 2 })
  expect([await inFlight, await queued, under.worker.id]).toEqual([1, 2, 'w2'])
})

it('ends calls in flight when the relay has forgotten it, with an error that says that they may have run, and sends what waited', async () => {
  const under = await workerUnderTest()
  const reasons: unknown[] = []
  under.worker.registerFunction(
    'tab::hang',
    (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => reasons.push(signal.reason))),
  )
  under.socket.welcomes('w1')
  under.socket.says({ type: 'invokefunction', function_id: 'tab::hang', invocation_id: 'i1' })
  const inFlight = under.worker.invoke('a::one').catch((error: unknown) => error)
  under.socket.tells('error')
  void under.worker.invoke('a::two').catch(() => undefined)
  await under.clock.pass(1000)
  under.socket.welcomes('w2')
  under.socket.says({ type: 'pong' })
  expect(await inFlight).toMatchObject({ code: 'invocation_stopped', functionId: 'a::one' })
  expect(reasons).toHaveLength(1)
  expect(under.socket.calls.map((frame) => frame['function_id'])).toEqual(['a::two'])
})

it('takes a relay that does not answer for one that has forgotten it', async () => {
  const under = await workerUnderTest()
  under.socket.welcomes('w1')
  const inFlight = under.worker.invoke('a::one').catch((error: unknown) => error)
  under.socket.tells('close')
  await under.clock.pass(1000)
  under.socket.welcomes('w2')
  await under.clock.pass(5000)
  expect(await inFlight).toMatchObject({ code: 'invocation_stopped' })
})

it('asks again for its old place when the socket broke before the relay had said whether it has it', async () => {
  const under = await workerUnderTest()
  under.socket.welcomes('w1')
  under.socket.tells('close')
  await under.clock.pass(1000)
  under.socket.welcomes('w2')
  under.socket.tells('close')
  await under.clock.pass(2000)
  under.socket.welcomes('w3')
  expect(under.socket.frames('reattach')).toMatchObject([{ previous_worker_id: 'w1' }])
})

it('registers again at each connection, and takes back there what was taken back meanwhile', async () => {
  const under = await workerUnderTest()
  const kept = under.worker.registerFunction('tab::kept', () => 1)
  const gone = under.worker.registerFunction('tab::gone', () => 1)
  const bound = under.worker.registerTrigger({ type: 'cron', functionId: 'tab::kept', config: { expression: '* * * * * *' } })
  under.worker.registerTriggerType({ id: 'ide::saved', bind: () => undefined, unbind: () => undefined })
  under.socket.welcomes('w1')
  under.socket.tells('close')
  gone.unregister()
  gone.unregister()
  bound.unregister()
  await under.clock.pass(1000)
  under.socket.welcomes('w2')
  const types = under.socket.frames().map(({ type, id = '' }) => [type, id])
  expect(types.slice(2)).toEqual([
    ['invokefunction', ''],
    ['unregisterfunction', 'tab::gone'],
    ['unregistertrigger', bound.id],
    ['registertriggertype', 'ide::saved'],
    ['registerfunction', 'tab::kept'],
  ])
  kept.unregister()
  expect(under.socket.frames('unregisterfunction')).toHaveLength(2)
})
