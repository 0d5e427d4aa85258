import { fail, failureOf, type ModelInfo, type Provider, type RelayState } from '@tabwright/protocol'
import { wantsCode, type Relay, type Session, type VaultEntry } from '@tabwright/relay-client'
import type { KeyRing, ModelAccess } from '@tabwright/runtime'
import type { Memory } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import type { AppState, Connection } from './app-state'

/** The scripted model that needs no key. */
export const DEMO: ModelInfo = { id: 'demo', label: 'Demo (scripted)' }
/** Where a key is used unless the person names another server. */
export const ANTHROPIC = 'https://api.anthropic.com'
/** The chosen model's id, so that a reload keeps it. */
const MODEL_KEY = 'tabwright.model'
/** That there was a relay at this origin: a page that the browser kept opens without it, and it is away then, not missing. */
const RELAY_KEY = 'tabwright.relay'

/** What a connection is made from. */
export interface ConnectionSources {
  readonly relay: Relay | 'none'
  readonly keys: KeyRing
  readonly memory: Memory
  /** `?demo=1`: the demo answers whatever keys there are. */
  readonly demoOnly: boolean
}

/** What the page learns when it connects. */
export type Connected = Pick<AppState, 'relay' | 'fingerprint' | 'isByCode' | 'keeper' | 'connection' | 'providerFailure'>

const demo: Connection = { provider: { type: 'demo' }, access: { type: 'demo' }, models: [DEMO], model: DEMO }

/** The models of the tab's own key; asked for once, when the key is entered. */
let tabModels: readonly ModelInfo[] = []

/**
 * Pairs with the relay if there is one and finds out what answers. Failures are part of the result: the demo always works.
 * @param onBearer told the bearer as soon as the relay gave one, whether or not it keeps a key
 * @param code that the relay printed, where it wants one
 */
export async function connectProvider(
  sources: ConnectionSources,
  onBearer: (token: string) => void = () => undefined,
  code?: string,
): Promise<Connected> {
  const paired = await pair(sources, code)
  if (paired.session !== undefined) onBearer(paired.session.token)
  const keeper = paired.session === undefined ? 'tab' : 'relay'
  const { fingerprint, isByCode = false } = paired.session ?? {}
  const base = { relay: paired.state, fingerprint, isByCode, keeper, providerFailure: paired.failure } as const
  if (sources.demoOnly) return { ...base, connection: demo }
  const tab = sources.keys.provider()
  if (keeper === 'tab')
    return {
      ...base,
      connection: tab === undefined ? demo : withModels(tab, { type: 'keys' }, { models: tabModels, memory: sources.memory }),
    }
  const found = await throughRelay(sources, paired.session)
  // It was started anew since the code was entered.
  return found.providerFailure && wantsCode(found.providerFailure) ? { ...base, relay: 'locked', ...found } : { ...base, ...found }
}

const away = () => ({ code: 'offline', message: t('The relay does not answer. Start it again; nothing here is lost.') }) as const

interface Paired {
  readonly state: RelayState
  readonly session: Session | undefined
  readonly failure: AppState['providerFailure']
}

async function pair({ relay, memory }: ConnectionSources, code: string | undefined): Promise<Paired> {
  if (relay === 'none') return { state: 'none', session: undefined, failure: undefined }
  try {
    const session = await relay.pair(code)
    if (session === 'none') {
      return memory.getItem(RELAY_KEY) === null
        ? { state: 'none', session: undefined, failure: undefined }
        : { state: 'offline', session: undefined, failure: away() }
    }
    memory.setItem(RELAY_KEY, 'known')
    return { state: 'connected', session, failure: undefined }
  } catch (error) {
    const failure = failureOf(error)
    return { state: wantsCode(failure) ? 'locked' : 'offline', session: undefined, failure }
  }
}

async function throughRelay(
  { relay, memory }: ConnectionSources,
  session: Session | undefined,
): Promise<Pick<Connected, 'connection' | 'providerFailure'>> {
  if (relay === 'none' || session === undefined) return { connection: demo, providerFailure: undefined }
  try {
    const provider = providerOf(await relay.vault.list())
    if (provider.type === 'demo') return { connection: demo, providerFailure: undefined }
    const access: ModelAccess = { type: 'relay', token: session.token }
    const models = await relay.models()
    return { connection: withModels(provider, access, { models, memory }), providerFailure: undefined }
  } catch (error) {
    return { connection: demo, providerFailure: failureOf(error) }
  }
}

function providerOf(entries: readonly VaultEntry[]): Provider {
  const key = entries.find((entry) => entry.active)
  return key === undefined ? { type: 'demo' } : { type: 'relay', origin: key.origin, last4: key.last4, source: key.source }
}

function withModels(
  provider: Provider,
  access: ModelAccess,
  from: { readonly models: readonly ModelInfo[]; readonly memory: Memory },
): Connection {
  const wanted = from.memory.getItem(MODEL_KEY)
  const model = from.models.find((one) => one.id === wanted) ?? from.models[0]
  return model === undefined ? demo : { provider, access, models: from.models, model }
}

/** Another bearer for sessions whose own the relay ended. @throws FailureError when the relay is gone, or wants a code from the person */
export async function renewBearer({ relay }: Pick<ConnectionSources, 'relay'>): Promise<string> {
  const session = relay === 'none' ? 'none' : await relay.pair()
  return session === 'none' ? fail('offline', away().message) : session.token
}

/** Keeps a key where keys are kept. @throws FailureError that says why not */
export async function keepKey(sources: ConnectionSources, key: string, origin: string): Promise<void> {
  const { relay } = sources
  if (relay !== 'none' && (await relay.pair()) !== 'none') {
    await relay.vault.put(key, origin === '' ? undefined : origin)
    // The list proves the key: a wrong one must be said here, not at the first message.
    await relay.models()
    return
  }
  tabModels = await sources.keys.put(key, origin)
}

/** Takes the key away from wherever it is. */
export async function forgetKey(sources: ConnectionSources): Promise<void> {
  const { relay, keys } = sources
  if (keys.provider() !== undefined) await keys.forget()
  else if (relay !== 'none') await relay.vault.remove()
}

/** Remembers the choice for the next visit. */
export function rememberModel(memory: Memory, model: ModelInfo): void {
  memory.setItem(MODEL_KEY, model.id)
}
