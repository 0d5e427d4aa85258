import { Worker } from '@tabwright/relay-client/worker'
import { socketsWith, until as soon } from '../../../../../apps/relay/src/engine/socket-under-test'
import { startForTest, type RelayUnderTest } from '../../../../../apps/relay/src/relay-under-test'
import { catalogueMemory } from '../../io/catalogue-memory'
import { memoryStore } from '../../io/event-log-memory'
import { hashText } from '../../io/hash-noble'
import { functionsOverPort, serveFunctions } from './functions-port'
import { RelayMember } from './member'

const TOKEN = 'a-token-of-the-person-0123456789abcdef'

/** A tab with its list of sessions, joined to a relay that runs. */
export interface JoinedTab {
  readonly member: RelayMember
  readonly catalogue: ReturnType<typeof catalogueMemory>
  readonly store: ReturnType<typeof memoryStore>
  /** As the worker of one session has them. */
  functions(): ReturnType<typeof functionsOverPort>
}

/** A relay, tabs and programs for one test. */
export interface RelayStage {
  begin(): Promise<void>
  end(): Promise<void>
  /** To be done at the end, last first. */
  after(end: () => void | Promise<void>): void
  tab(name?: string): Promise<JoinedTab>
  /** A program of the person's that may call everything. */
  program(name: string): Promise<Worker>
}

/** Waits for the state itself, on a machine that may be busy. */
export { soon }

type Closing = (() => void | Promise<void>)[]

async function joinTab(relay: RelayUnderTest, name: string | undefined, closing: Closing): Promise<JoinedTab> {
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))
  const clock = { now: () => Date.now() }
  const store = memoryStore({ hash: hashText, clock })
  const catalogue = catalogueMemory(store, { hash: hashText, clock, random }, 'memory')
  const bearer = await relay.pair()
  const member = new RelayMember({
    catalogue: async () => catalogue,
    store: async () => store,
    hash: hashText,
    address: async () => `ws://localhost:${relay.port}/worker`,
    connect: (options) => new Worker({ ...options, socket: socketsWith(bearer) }),
    now: clock.now,
    random,
    locks: null,
  })
  closing.push(() => member.close())
  if (name !== undefined) await member.api.setRelayName(name)
  await member.api.joinRelay(bearer)
  await soon(async () => {
    const { link } = await member.api.relayState()
    if (link.type !== 'open') throw new Error(`not joined: ${link.type}`)
  })
  const functions = (): ReturnType<typeof functionsOverPort> => {
    const port = serveFunctions(member.functions)
    closing.push(() => port.close())
    return functionsOverPort(async () => port)
  }
  return { member, catalogue, store, functions }
}

export function relayStage(): RelayStage {
  let relay: RelayUnderTest | undefined
  const reported: unknown[] = []
  const closing: Closing = []
  const running = (): RelayUnderTest => {
    if (!relay) throw new Error('the relay runs during a test')
    return relay
  }
  return {
    begin: async () => {
      reported.length = 0
      Object.assign(globalThis, { reportError: (error: unknown) => reported.push(error) })
      relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
    },
    end: async () => {
      for (const close of closing.splice(0).toReversed()) await close()
      await relay?.stop()
      if (reported.length > 0)
        throw new AggregateError(reported, `a worker reported what it should have told somebody: ${reported.map(String).join(', ')}`)
    },
    after: (end) => void closing.push(end),
    tab: (name) => joinTab(running(), name, closing),
    program: async (name) => {
      const worker = new Worker({ address: `ws://localhost:${running().port}/worker`, name, socket: socketsWith(TOKEN) })
      closing.push(() => worker.close())
      await worker.workers()
      return worker
    },
  }
}
