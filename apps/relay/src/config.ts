import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parseJson } from '@tabwright/protocol'
import { isFunctionName } from '@tabwright/protocol/relay'
import { isLoopbackHost } from './address'
import type { Exposed } from './engine/guest'
import type { HttpSecret } from './engine/http-function'
import type { HookNames } from './engine/registration-hooks'
import { DEFAULT_IDENTITY } from './engine/identity'
import { tokenNameProblem } from './engine/worker-tokens'
import { LIMITS, type Limits } from './limits'
import { McpConfigError, readMcpConfig, type McpServer } from './mcp/mcp-config'
import { checkModelOrigin, keyProblem } from './model-origin'
import type { DayCap } from './spending/ledger'

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
  /** Where shared sessions are read, if not at `share.localhost`. */
  readonly shareOrigin: string | undefined
  /** Private servers that guarded fetches may reach, as `host:port`. */
  readonly fetchHosts: readonly string[]
  /** Credentials that functions behind an address may ask for, by name, each for one host. */
  readonly httpSecrets: ReadonlyMap<string, HttpSecret>
  /** Function that says who a stranger is, and the one that calls of such strangers go through. */
  readonly authFunction: string | undefined
  readonly middlewareFunction: string | undefined
  /** Functions that are asked before what such a stranger registers counts. */
  readonly registrationHooks: HookNames
  /** What all such strangers may call. */
  readonly exposed: Exposed
  /** What may be spent with one model key on a day. */
  readonly dayCap: DayCap
  /** Servers of the Model Context Protocol, from the operator's own file. */
  readonly mcpServers: readonly McpServer[]
  /** Where it is told that a session waits for its person. */
  readonly notifyUrl: string | undefined
  /** A collector of OpenTelemetry, as its address without `/v1/…`. */
  readonly otlpEndpoint: string | undefined
  /** Whether `/metrics` answers. */
  readonly metrics: boolean
  readonly logLevel: LogLevel
  /** `TABWRIGHT_BACKENDS`: tokens that whole backends work with; `default` is the fixed one. */
  readonly backends: ReadonlySet<string>
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

Usage: tabwright [start] [options]
       tabwright token add|list|revoke       tokens for workers
       tabwright functions                   what can be called at a relay that runs
       tabwright call <function> ['<json>']  calls one
       tabwright worker <file.mjs>           offers the functions of a module
       tabwright hands <folder>              offers files and shell of a folder to agents
Each tells more with --help. Exit codes: 0 done, 1 failed, 2 wrong use of a command, 3 no relay that lets us in.

  --port <n>              port to listen on (PORT, default 7878; 0 takes a free one)
  --host <address>        address to listen on (default: 127.0.0.1 and ::1)
  --origin <origin>       another origin under which the app is reached, such as https://ide.example; may be repeated
  --fetch-host <host:port> a private server that tools may fetch from, such as a git host (TABWRIGHT_FETCH_HOSTS); may be repeated
  --mcp <file>            servers of the Model Context Protocol (TABWRIGHT_MCP, default mcp.json in the data folder)
  --data <folder>         where the vault is (TABWRIGHT_DATA, default ~/.tabwright)
  --dist <folder>         the built app (default: dist beside the relay)
  --no-open               do not open a browser (TABWRIGHT_OPEN=0)
  --dangerously-bind-all  allow an address such as 0.0.0.0; also needs TABWRIGHT_TOKEN and --origin
  --version               which Tabwright this is
  --help                  this text

Environment:
  ANTHROPIC_API_KEY       key of the model provider; it stays in this process
  ANTHROPIC_BASE_URL      any server of the Messages API (default ${ANTHROPIC_URL})
  TABWRIGHT_TOKEN         a fixed bearer, for automation
  TABWRIGHT_VAULT_KEY     32 bytes, hex or base64, that encrypt stored keys (default: a file in the data folder)
  TABWRIGHT_HTTP_SECRETS  variables that functions behind an address may be called with, each for one host: NAME@host[:port], ...
  TABWRIGHT_AUTH_FUNCTION function that is asked who a worker without a token of ours is
  TABWRIGHT_MIDDLEWARE_FUNCTION function that calls of such workers go through
  TABWRIGHT_EXPOSE_FUNCTIONS what all such workers may call beside what that function grants: names, beginnings with * and
                          members of a function's metadata, as in api::*, public=true
  TABWRIGHT_FUNCTION_HOOK, TABWRIGHT_TRIGGER_HOOK, TABWRIGHT_TRIGGER_TYPE_HOOK
                          functions asked before what such a worker registers counts: they answer with what is to be
                          otherwise ({} for nothing), or throw to refuse it
  TABWRIGHT_BACKENDS      names of tokens that whole backends work with, for larger limits: 1,024 calls under way on a connection and 8,192
                          in all, 1,000 connections, 2,000 bindings instead of 64, 256, 16 and 100; "default" is TABWRIGHT_TOKEN
  TABWRIGHT_DAY_DOLLARS   most that a model key may spend on a day (UTC), at list prices; further requests are refused
  TABWRIGHT_DAY_TOKENS    the same in tokens, for models whose price is not known
  TABWRIGHT_SHARE_ORIGIN  origin of its own at which shared sessions are read, such as https://share.example, served by this relay too
                          (default http://share.localhost:<port> where only this machine connects, else none)
  TABWRIGHT_NOTIFY_URL    address that gets a POST when a session waits for its person (its id and nothing else), and what is said by notify
  OTEL_EXPORTER_OTLP_ENDPOINT collector that spans and log lines are sent to, over HTTP
  TABWRIGHT_METRICS       1: GET /metrics answers, behind a bearer, in the text format of Prometheus
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
    const data = resolve(flags.data ?? text(environment['TABWRIGHT_DATA']) ?? join(homedir(), '.tabwright'))
    const config: Config = {
      port,
      hosts,
      loopbackOnly: hosts.every((host) => isLoopbackHost(host)),
      data,
      dist: resolve(flags.dist ?? dist),
      openBrowser: flags['no-open'] !== true && environment['TABWRIGHT_OPEN'] !== '0',
      token,
      vaultKey: text(environment['TABWRIGHT_VAULT_KEY']),
      apiKey: readKey(text(environment['ANTHROPIC_API_KEY'])),
      baseUrl: readBaseUrl(text(environment['ANTHROPIC_BASE_URL'])),
      origins,
      shareOrigin: readShareOrigin(text(environment['TABWRIGHT_SHARE_ORIGIN']), origins),
      fetchHosts: [...(flags['fetch-host'] ?? []), ...(text(environment['TABWRIGHT_FETCH_HOSTS'])?.split(',') ?? [])].map(readFetchHost),
      httpSecrets: readHttpSecrets(text(environment['TABWRIGHT_HTTP_SECRETS']), environment),
      authFunction: readFunction('TABWRIGHT_AUTH_FUNCTION', environment),
      middlewareFunction: readFunction('TABWRIGHT_MIDDLEWARE_FUNCTION', environment),
      registrationHooks: {
        function: readFunction('TABWRIGHT_FUNCTION_HOOK', environment),
        trigger: readFunction('TABWRIGHT_TRIGGER_HOOK', environment),
        triggerType: readFunction('TABWRIGHT_TRIGGER_TYPE_HOOK', environment),
      },
      exposed: readExposed(text(environment['TABWRIGHT_EXPOSE_FUNCTIONS'])),
      mcpServers: readMcpServers(flags.mcp ?? text(environment['TABWRIGHT_MCP']), { data, environment }),
      dayCap: {
        dollars: readAmount('TABWRIGHT_DAY_DOLLARS', environment),
        tokens: readAmount('TABWRIGHT_DAY_TOKENS', environment),
      },
      notifyUrl: readPlainUrl('TABWRIGHT_NOTIFY_URL', environment),
      otlpEndpoint: readPlainUrl('OTEL_EXPORTER_OTLP_ENDPOINT', environment),
      metrics: environment['TABWRIGHT_METRICS'] === '1',
      logLevel: readLogLevel(text(environment['TABWRIGHT_LOG'])),
      backends: readBackends(environment),
      limits: LIMITS,
    }
    return { type: 'config', config: checkTokenFor(config) }
  } catch (thrown) {
    if (thrown instanceof BadConfig || thrown instanceof McpConfigError) return { type: 'bad', message: thrown.message }
    throw thrown
  }
}

class BadConfig extends Error {}

interface Flags {
  readonly port?: string | undefined
  readonly host?: string | undefined
  readonly origin?: string[] | undefined
  readonly 'fetch-host'?: string[] | undefined
  readonly mcp?: string | undefined
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
        'fetch-host': { type: 'string', multiple: true },
        mcp: { type: 'string' },
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

function readShareOrigin(given: string | undefined, origins: readonly string[]): string | undefined {
  if (given === undefined) return undefined
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.origin !== given.replace(/\/$/, '').toLowerCase())
    throw new BadConfig(
      `TABWRIGHT_SHARE_ORIGIN wants scheme, host and port only, such as https://share.example, not ${JSON.stringify(given)}.`,
    )
  if (origins.includes(url.origin))
    throw new BadConfig("TABWRIGHT_SHARE_ORIGIN must be another origin than the app's: what strangers wrote is shown there.")
  return url.origin
}

function readFetchHost(given: string): string {
  const place = given.trim().toLowerCase()
  const url = URL.canParse(`tcp://${place}`) ? new URL(`tcp://${place}`) : undefined
  if (url === undefined || url.port === '' || url.host !== place)
    throw new BadConfig(`--fetch-host wants a host and a port, such as git.internal:8443, not ${JSON.stringify(given)}.`)
  return place
}

/** `NAME@host, NAME@host:port`: a variable of the environment, and the one server that it is sent to. */
function readHttpSecrets(given: string | undefined, environment: Environment): ReadonlyMap<string, HttpSecret> {
  const entries = (given?.split(',') ?? []).map((one): [string, HttpSecret] => {
    const [, name = '', host = ''] = /^\s*([A-Za-z_][A-Za-z0-9_]*)@(\S+?)\s*$/.exec(one) ?? []
    const url = URL.canParse(`https://${host}`) ? new URL(`https://${host}`) : undefined
    const isPlace = host !== '' && url !== undefined && url.pathname === '/' && url.username === '' && url.search === ''
    if (!isPlace)
      throw new BadConfig(`TABWRIGHT_HTTP_SECRETS wants a list such as ORDERS_TOKEN@orders.example, not ${JSON.stringify(one)}.`)
    const value = text(environment[name])
    if (value === undefined) throw new BadConfig(`TABWRIGHT_HTTP_SECRETS names ${name}, and there is no variable of that name.`)
    return [name, { value, host: host.toLowerCase() }]
  })
  return new Map(entries)
}

function readBackends(environment: Environment): ReadonlySet<string> {
  const names = text(environment['TABWRIGHT_BACKENDS'])?.split(',') ?? []
  const list = names.map((name) => name.trim())
  const bad = list.find((name) => name !== DEFAULT_IDENTITY.id && tokenNameProblem(name) !== undefined)
  if (bad === undefined) return new Set(list)
  throw new BadConfig(`TABWRIGHT_BACKENDS is a list of names of tokens, such as orders, default; ${JSON.stringify(bad)} is none.`)
}

function readFunction(variable: string, environment: Environment): string | undefined {
  const name = text(environment[variable])
  if (name !== undefined && !isFunctionName(name)) throw new BadConfig(`${variable} must be the name of a function, such as auth::check.`)
  return name
}

/** Names and beginnings as tokens have them; `member=value` where the value is JSON, or else a text. */
function readExposed(given: string | undefined): Exposed {
  const parts = (given?.split(',') ?? []).map((part) => part.trim()).filter((part) => part !== '')
  const by = parts.flatMap((part) => {
    const [, member, value] = /^([\w-]{1,64})=(.{1,200})$/.exec(part) ?? []
    return member === undefined || value === undefined ? [] : [{ member, value: parseJson(value) ?? value }]
  })
  const names = parts.filter((part) => !part.includes('='))
  const wrong = names.find((name) => name !== '*' && !isFunctionName(name.replace(/(?:::)?\*$/, '')))
  if (wrong !== undefined || by.length + names.length < parts.length)
    throw new BadConfig('TABWRIGHT_EXPOSE_FUNCTIONS is a list such as api::*, orders::status, public=true.')
  return { names, by }
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

function readPlainUrl(variable: string, environment: Environment): string | undefined {
  const url = text(environment[variable])
  if (url === undefined) return undefined
  const read = URL.canParse(url) ? new URL(url) : undefined
  if (read === undefined || !/^https?:$/.test(read.protocol) || read.username !== '' || read.password !== '')
    throw new BadConfig(`${variable} must be an http or https address without a user name.`)
  return read.href
}

function readBaseUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  const checked = checkModelOrigin(url, { configured: URL.canParse(url) ? url : undefined, ownPort: undefined })
  if (checked.type === 'bad') throw new BadConfig(`ANTHROPIC_BASE_URL cannot be used. ${checked.message}`)
  return checked.url
}

const LOG_LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug']

/** @param named without a name it is the one in the data folder, which need not be there */
function readMcpServers(
  named: string | undefined,
  { data, environment }: { data: string; environment: Environment },
): readonly McpServer[] {
  const usual = join(data, 'mcp.json')
  if (named === undefined && !existsSync(usual)) return []
  return readMcpConfig(named === undefined ? usual : resolve(named), environment)
}

function readAmount(variable: string, environment: Environment): number | undefined {
  const given = text(environment[variable])
  if (given === undefined) return undefined
  if (!/^\d{1,12}(?:\.\d{1,6})?$/.test(given) || Number(given) === 0)
    throw new BadConfig(`${variable} must be a number above 0, not ${JSON.stringify(given)}.`)
  return Number(given)
}

function readLogLevel(given: string | undefined): LogLevel {
  const level = LOG_LEVELS.find((one) => one === (given ?? 'warn'))
  if (level === undefined) throw new BadConfig(`TABWRIGHT_LOG must be one of ${LOG_LEVELS.join(', ')}.`)
  return level
}
