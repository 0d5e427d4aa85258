import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isLoopbackHost } from './address'
import { LIMITS, type Limits } from './limits'
import { checkModelOrigin, keyProblem } from './model-origin'

/** Where keys go when nobody named another server. */
export const ANTHROPIC_URL = 'https://api.anthropic.com'

/** Everything the relay is told at its start. */
export interface Config {
  /** 0: any free one. */
  readonly port: number
  /** Addresses to listen on. */
  readonly hosts: readonly string[]
  /** Only this machine can connect. */
  readonly loopbackOnly: boolean
  readonly data: string
  /** The built app. */
  readonly dist: string
  readonly openBrowser: boolean
  /** `TABWRIGHT_TOKEN`: a fixed bearer. */
  readonly token: string | undefined
  readonly vaultKey: string | undefined
  readonly apiKey: string | undefined
  /** `ANTHROPIC_BASE_URL` in its normal form, also when there is no key yet. */
  readonly baseUrl: string | undefined
  /** Origins besides `http://localhost:PORT` under which the app is reached. Their hosts are allowed too. */
  readonly origins: readonly string[]
  readonly logLevel: LogLevel
  readonly limits: Limits
}

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

export type ParsedConfig =
  | { readonly type: 'config'; readonly config: Config }
  | { readonly type: 'help' }
  /** One sentence for the terminal. */
  | { readonly type: 'bad'; readonly message: string }

export type Environment = Readonly<Record<string, string | undefined>>

export const HELP = `tabwright: serves the app and keeps your model key

Usage: tabwright [options]
  --port <n>              port to listen on (PORT, default 7878; 0 takes a free one)
  --host <address>        address to listen on (default: 127.0.0.1 and ::1)
  --origin <origin>       another origin under which the app is reached, such as https://ide.example; may be repeated
  --data <folder>         where the vault is (TABWRIGHT_DATA, default ~/.tabwright)
  --dist <folder>         the built app (default: dist beside the relay)
  --no-open               do not open a browser (TABWRIGHT_OPEN=0)
  --dangerously-bind-all  allow an address such as 0.0.0.0; also needs TABWRIGHT_TOKEN and --origin
  --help                  this text

Environment:
  ANTHROPIC_API_KEY       key of the model provider; it stays in this process
  ANTHROPIC_BASE_URL      any server of the Messages API (default ${ANTHROPIC_URL})
  TABWRIGHT_TOKEN         a fixed bearer, for automation
  TABWRIGHT_VAULT_KEY     32 bytes, hex or base64, that encrypt stored keys (default: a file in the data folder)
  TABWRIGHT_LOG           silent, error, warn (default), info or debug; JSON lines on standard error
`

/** Reads flags and environment; flags win. `dist` is where the build of the app lies when no flag says otherwise. */
export function readConfig(argv: readonly string[], environment: Environment, dist: string): ParsedConfig {
  const flags = readFlags(argv)
  if (typeof flags === 'string') return { type: 'bad', message: flags }
  if (flags.help === true) return { type: 'help' }
  try {
    const port = readPort(flags.port ?? environment['PORT'])
    const token = readToken(environment['TABWRIGHT_TOKEN'])
    const origins = (flags.origin ?? []).map(readOrigin)
    const hosts = readHosts(flags.host, { bindAll: flags['dangerously-bind-all'] === true, token, origins })
    const config: Config = {
      port,
      hosts,
      loopbackOnly: hosts.every((host) => isLoopbackHost(host)),
      data: resolve(flags.data ?? text(environment['TABWRIGHT_DATA']) ?? join(homedir(), '.tabwright')),
      dist: resolve(flags.dist ?? dist),
      openBrowser: flags['no-open'] !== true && environment['TABWRIGHT_OPEN'] !== '0',
      token,
      vaultKey: text(environment['TABWRIGHT_VAULT_KEY']),
      apiKey: readKey(text(environment['ANTHROPIC_API_KEY'])),
      baseUrl: readBaseUrl(text(environment['ANTHROPIC_BASE_URL'])),
      origins,
      logLevel: readLogLevel(text(environment['TABWRIGHT_LOG'])),
      limits: LIMITS,
    }
    return { type: 'config', config: checkTokenFor(config) }
  } catch (thrown) {
    if (thrown instanceof BadConfig) return { type: 'bad', message: thrown.message }
    throw thrown
  }
}

class BadConfig extends Error {}

interface Flags {
  readonly port?: string | undefined
  readonly host?: string | undefined
  readonly origin?: string[] | undefined
  readonly data?: string | undefined
  readonly dist?: string | undefined
  readonly 'no-open'?: boolean | undefined
  readonly 'dangerously-bind-all'?: boolean | undefined
  readonly help?: boolean | undefined
}

function readFlags(argv: readonly string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        origin: { type: 'string', multiple: true },
        data: { type: 'string' },
        dist: { type: 'string' },
        'no-open': { type: 'boolean' },
        'dangerously-bind-all': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return values
  } catch (thrown) {
    if (thrown instanceof TypeError) return `${thrown.message.replace(/\.?$/, '.')} Run with --help for all options.`
    throw thrown
  }
}

/** An empty variable is one that is not set. */
function text(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

function readPort(given: string | undefined): number {
  const value = text(given) ?? '7878'
  const port = Number(value)
  if (!/^\d{1,5}$/.test(value) || port > 65535)
    throw new BadConfig(`The port must be a number from 0 to 65535, not ${JSON.stringify(value)}.`)
  return port
}

function readToken(given: string | undefined): string | undefined {
  const token = text(given)
  if (token === undefined) return undefined
  if (!/^[\x21-\x7e]{6,512}$/.test(token)) throw new BadConfig('TABWRIGHT_TOKEN must be 6 to 512 printable characters without spaces.')
  return token
}

/** On this machine the limit on wrong tries protects a short token; a network has more addresses than that limit can count. */
function checkTokenFor(config: Config): Config {
  const isReachable = !config.loopbackOnly || config.origins.some((origin) => !isLoopbackHost(new URL(origin).hostname))
  if (!isReachable || config.token === undefined || config.token.length >= 16) return config
  throw new BadConfig('Reachable from outside, TABWRIGHT_TOKEN must have at least 16 characters; `openssl rand -hex 32` makes a good one.')
}

function readOrigin(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.origin !== given.replace(/\/$/, '').toLowerCase()) {
    throw new BadConfig(`--origin wants scheme, host and port only, such as https://ide.example, not ${JSON.stringify(given)}.`)
  }
  return url.origin
}

/** What every spelling of "all addresses" becomes once the URL parser has read it. */
const WILDCARDS = new Set(['0.0.0.0', '[::]', '[::ffff:0:0]'])

function readHosts(
  given: string | undefined,
  guards: { bindAll: boolean; token: string | undefined; origins: readonly string[] },
): readonly string[] {
  if (given === undefined || given === 'localhost') return guards.bindAll && given === undefined ? wildcard(guards) : ['127.0.0.1', '::1']
  const bare = given.replace(/^\[(.*)\]$/, '$1')
  const spelled = bare.includes(':') ? `http://[${bare}]` : `http://${bare}`
  const host = given === '*' ? '0.0.0.0' : URL.canParse(spelled) ? new URL(spelled).hostname : ''
  if (WILDCARDS.has(host)) return wildcard(guards)
  if (!/^(\d+\.){3}\d+$|^\[/.test(host)) throw new BadConfig(`--host wants an IP address of this machine, not ${JSON.stringify(given)}.`)
  return [host.replace(/^\[(.*)\]$/, '$1')]
}

function wildcard(guards: { bindAll: boolean; token: string | undefined; origins: readonly string[] }): readonly string[] {
  if (guards.bindAll && guards.token !== undefined && guards.origins.length > 0) return ['0.0.0.0', '::']
  throw new BadConfig(
    'Listening on all addresses lets everybody on your network try to reach your key: it needs --dangerously-bind-all, TABWRIGHT_TOKEN and at least one --origin.',
  )
}

function readKey(key: string | undefined): string | undefined {
  const problem = key === undefined ? undefined : keyProblem(key)
  if (problem !== undefined) throw new BadConfig(`ANTHROPIC_API_KEY cannot be used. ${problem}`)
  return key
}

function readBaseUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  const checked = checkModelOrigin(url, { configured: URL.canParse(url) ? url : undefined, ownPort: undefined })
  if (checked.type === 'bad') throw new BadConfig(`ANTHROPIC_BASE_URL cannot be used. ${checked.message}`)
  return checked.url
}

const LOG_LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug']

function readLogLevel(given: string | undefined): LogLevel {
  const level = LOG_LEVELS.find((one) => one === (given ?? 'warn'))
  if (level === undefined) throw new BadConfig(`TABWRIGHT_LOG must be one of ${LOG_LEVELS.join(', ')}.`)
  return level
}
