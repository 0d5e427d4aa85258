import type { NpmRead } from '@tabwright/protocol'
import * as z from 'zod/mini'
import { catch as lenient } from 'zod/mini'
import type { Call } from '../../../shell/commands/command'
import { NetRefusal, NO_NET, type Net, type NetAnswer } from '../../../shell/net'
import { joined } from '../../../shell/text'
import { checkIntegrity, integrityOfSum, strongOf } from './integrity'
import { manifestOf, type Manifest } from './manifest'
import { NpmError } from './npm-error'

/** One published version of a package. */
export interface Published extends Manifest {
  readonly name: string
  readonly version: string
  readonly tarball: string
  readonly integrity: string | undefined
}

/** All that a registry knows of a package. */
export interface Packument {
  readonly name: string
  readonly tags: ReadonlyMap<string, string>
  readonly versions: ReadonlyMap<string, unknown>
  /** As it came, for `npm view`. */
  readonly whole: Readonly<Record<string, unknown>>
}

const packument = z.looseObject({
  name: z.string(),
  'dist-tags': lenient(z.record(z.string(), z.string()), {}),
  versions: lenient(z.record(z.string(), z.unknown()), {}),
})
const published = z.looseObject({
  version: z.string(),
  dist: z.object({
    tarball: z.string(),
    integrity: lenient(z.optional(z.string()), undefined),
    shasum: lenient(z.optional(z.string()), undefined),
  }),
  deprecated: lenient(z.optional(z.union([z.string(), z.boolean()])), undefined),
})

/** The registry that is asked where nothing else is said. */
export const USUAL_REGISTRY = 'https://registry.npmjs.org/'

/** To the letter, so that nothing can be said by them: the gate knows no others (`core/gate/npm-read.ts`). */
const HEADERS = [
  ['user-agent', 'npm/10.8.2 node/v20.19.0 linux x64 workspaces/false (Tabwright)'],
  ['accept', 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*'],
] as const

const MOST_ANSWER = 64 * 1024 * 1024
/** Answers that came from what this browser keeps carry it. */
const FROM_STORE = 'x-tabwright-store'

/** What a registry is asked for in one command. */
export interface RegistryOptions {
  readonly call: Call
  /** With a slash at its end. */
  readonly base: string
  /** In a line: shown to the person who is asked. */
  readonly purpose: string
  /** `name` or `name@version` of all that was asked for: one answer of the person covers these and what they need. */
  readonly wants: readonly string[]
  /** Nothing but what this browser keeps. */
  readonly isOffline?: boolean
}

/** A registry, asked by npm’s own hand. Its first request goes alone, because a person may have to answer it. */
export class Registry {
  readonly base: string
  /** Archives that did not have to be fetched. */
  fromStore = 0
  fetched = 0
  readonly #options: RegistryOptions
  readonly #packuments = new Map<string, Promise<Packument>>()
  #first: Promise<void> | undefined

  constructor(options: RegistryOptions) {
    this.#options = options
    this.base = options.base
  }

  /** Asks for a package; each once. @throws NpmError E404 and others, NetRefusal */
  packument(name: string): Promise<Packument> {
    const known = this.#packuments.get(name)
    if (known !== undefined) return known
    const asked = this.#askPackument(name)
    this.#packuments.set(name, asked)
    // Asked for early: whoever needs it hears of its end.
    asked.catch(() => undefined)
    return asked
  }

  /** Fetches a package’s archive and compares it with what was named. @throws NpmError EINTEGRITY and others, NetRefusal */
  async tarball({ name, version, url, integrity }: Archive): Promise<Uint8Array> {
    const strong = strongOf(integrity)
    const { bytes, isStored } = await this.#get(this.#own(url), strong, `${name}@${version}`)
    if (integrity !== undefined) checkIntegrity(bytes, integrity, `${name}@${version}`)
    if (isStored) this.fromStore += 1
    else this.fetched += 1
    return bytes
  }

  /** What a lock file says of the usual registry is taken from the one that is set. */
  #own(url: string): string {
    return url.startsWith(USUAL_REGISTRY) ? this.base + url.slice(USUAL_REGISTRY.length) : url
  }

  async #askPackument(name: string): Promise<Packument> {
    const { bytes } = await this.#get(this.base + name.replace('/', '%2f'), undefined, name)
    const parsed = z.safeParse(packument, jsonOf(bytes))
    if (!parsed.success || parsed.data.name !== name)
      throw new NpmError('EBADANSWER', `${this.base} answered something that is no description of ${name}.`)
    return {
      name,
      tags: new Map(Object.entries(parsed.data['dist-tags'])),
      versions: new Map(Object.entries(parsed.data.versions)),
      whole: parsed.data,
    }
  }

  async #get(url: string, integrity: string | undefined, what: string): Promise<{ bytes: Uint8Array; isStored: boolean }> {
    for (;;) {
      const before = this.#first
      if (before !== undefined) {
        await before
        // Whoever was first may have had it from the store, and then nobody was asked yet.
        if (this.#first !== before) continue
        return this.#ask(url, integrity, what)
      }
      let settle: (isOpen: boolean) => void = () => undefined
      this.#first = new Promise((resolve) => {
        settle = (isOpen) => {
          if (!isOpen) this.#first = undefined
          resolve()
        }
      })
      try {
        const got = await this.#ask(url, integrity, what)
        settle(!got.isStored)
        return got
      } catch (thrown) {
        settle(false)
        throw thrown
      }
    }
  }

  async #ask(url: string, integrity: string | undefined, what: string): Promise<{ bytes: Uint8Array; isStored: boolean }> {
    const { call, base, purpose, wants, isOffline = false } = this.#options
    const npm: NpmRead = { registry: base, wants, ...(integrity !== undefined && { integrity }), ...(isOffline && { isOffline: true }) }
    const answer = await this.#net().request({
      method: 'GET',
      url,
      headers: HEADERS,
      purpose,
      redirect: 'follow',
      npm,
      signal: call.process.signal,
    })
    const isStored = answer.headers.some(([name]) => name === FROM_STORE)
    if (answer.status !== 200) throw await failed(answer, { url, what })
    return { bytes: await wholeOf(answer, call), isStored }
  }

  #net(): Net {
    const { net } = this.#options.call.system
    if (net === undefined) throw new NetRefusal('no-relay', NO_NET)
    return net
  }
}

/** Where a package’s archive is, and what it must be. */
export interface Archive {
  readonly name: string
  readonly version: string
  readonly url: string
  readonly integrity: string | undefined
}

async function failed({ status, statusText, body }: NetAnswer, { url, what }: { url: string; what: string }): Promise<NpmError> {
  body.close()
  const words = `${status}${statusText === '' ? '' : ` ${statusText}`} - GET ${url}`
  if (status !== 404) return new NpmError(`E${status}`, words)
  return new NpmError(
    'E404',
    `${words} - Not found`,
    '',
    `The requested resource '${what}' could not be found or you do not have permission to access it.`,
  )
}

async function wholeOf({ body, url }: NetAnswer, call: Call): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for (let part = await body.read(); part !== undefined; part = await body.read()) {
    call.tick()
    size += part.length
    if (size > MOST_ANSWER) {
      body.close()
      throw new NpmError('ETOOBIG', `${url} is larger than ${MOST_ANSWER / 1024 / 1024} MiB.`)
    }
    parts.push(part)
  }
  return joined(parts)
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    // Not JSON: told as an answer that is none.
    return undefined
  }
}

/** One version as it is installed; undefined where its description makes no sense. */
export function publishedOf(name: string, value: unknown): Published | undefined {
  const head = z.safeParse(published, value)
  const manifest = manifestOf(value)
  if (!head.success || manifest === undefined) return undefined
  const { version, dist, deprecated } = head.data
  return {
    ...manifest,
    name,
    version,
    tarball: dist.tarball,
    integrity: dist.integrity ?? (dist.shasum === undefined ? undefined : integrityOfSum(dist.shasum)),
    hasInstallScript:
      manifest.hasInstallScript || ['preinstall', 'install', 'postinstall'].some((one) => Object.hasOwn(manifest.scripts, one)),
    ...(typeof deprecated === 'string' && deprecated !== '' && { deprecated }),
  }
}
