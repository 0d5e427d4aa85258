import { readFileSync } from 'node:fs'
import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { isLoopbackHost } from '../address'

/** A server of the Model Context Protocol, as the operator's file describes it. */
export type McpServer =
  | {
      readonly type: 'http'
      readonly name: string
      readonly url: string
      /** A bearer from the environment. */
      readonly token: string | undefined
      /** The person signs in to it, in a browser. */
      readonly oauth: boolean
    }
  | {
      readonly type: 'stdio'
      readonly name: string
      readonly command: string
      readonly args: readonly string[]
      /** Beside what every program gets. */
      readonly env: Readonly<Record<string, string>>
      readonly cwd: string | undefined
    }

/** A sentence for the terminal that names file and line. */
export class McpConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

/** Where something stands in the file: the names that lead there. */
type Path = readonly string[]

/** @throws McpConfigError */
export function readMcpConfig(file: string, environment: Environment): readonly McpServer[] {
  const text = readText(file)
  const bad = (at: Path, what: string): never => {
    throw new McpConfigError(`${file}, line ${lineOf(text, at)}: ${what} The relay was not started.`)
  }
  const whole = parse(text, (line, why) => {
    throw new McpConfigError(`${file}, line ${line}: this is not JSON (${why}). The relay was not started.`)
  })
  if (!isJsonObject(whole)) return bad([], 'an object with "servers" belongs here.')
  checkNames({ fields: whole, known: ['servers'], at: [], bad })
  const { servers } = whole
  if (!isJsonObject(servers)) return bad(['servers'], '"servers" must be an object, one entry for each server.')
  return Object.entries(servers).map(([name, entry]) => readServer({ name, entry, at: ['servers', name], bad, environment }))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    const why = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT' ? 'there is no such file' : String(thrown)
    throw new McpConfigError(`${file} cannot be read: ${why}. The relay was not started.`)
  }
}

function parse(text: string, wrong: (line: number, why: string) => never): Json {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown
    const at = /position (\d+)/.exec(thrown.message)?.[1]
    return wrong(
      lineAt(text, at === undefined ? text.trimEnd().length : Number(at)),
      thrown.message.replace(/ in JSON at position \d+.*/, ''),
    )
  }
}

interface Reading {
  readonly name: string
  readonly entry: Json
  readonly at: Path
  readonly bad: (at: Path, what: string) => never
  readonly environment: Environment
}

function readServer(reading: Reading): McpServer {
  const { name, entry, at, bad } = reading
  if (!/^[a-z0-9_-]{1,64}$/.test(name))
    return bad(at, `the name ${JSON.stringify(name)} may hold a-z, 0-9, _ and - only: its functions begin with it.`)
  if (RESERVED.has(name)) return bad(at, `the name ${JSON.stringify(name)} is an address of the relay's own below /mcp/.`)
  if (!isJsonObject(entry)) return bad(at, `"${name}" must be an object with "url" or "command".`)
  if ('url' in entry === 'command' in entry) return bad(at, `"${name}" needs either "url" or "command".`)
  return 'url' in entry ? readHttp(reading, entry) : readStdio(reading, entry)
}

function readHttp({ name, at, bad, environment }: Reading, entry: JsonObject): McpServer {
  checkNames({ fields: entry, known: ['url', 'tokenVariable', 'oauth'], at, bad })
  const { url, tokenVariable, oauth = false } = entry
  if (typeof url !== 'string') return bad([...at, 'url'], '"url" must be a text.')
  const problem = addressProblem(url)
  if (problem !== undefined) return bad([...at, 'url'], problem)
  if (typeof oauth !== 'boolean') return bad([...at, 'oauth'], '"oauth" must be true or false.')
  if (tokenVariable === undefined) return { type: 'http', name, url: new URL(url).href, token: undefined, oauth }
  const where = [...at, 'tokenVariable']
  if (typeof tokenVariable !== 'string') return bad(where, '"tokenVariable" must be the name of an environment variable.')
  if (oauth) return bad(where, '"tokenVariable" and "oauth" are two ways to the same thing; one of them is too many.')
  const token = environment[tokenVariable]
  if (token === undefined || !/^[\x21-\x7e]{8,4096}$/.test(token))
    return bad(where, `the environment variable ${tokenVariable} must be set to a token of at least 8 printable characters.`)
  return { type: 'http', name, url: new URL(url).href, token, oauth: false }
}

/** What stands below `/mcp/` beside servers. */
const RESERVED: ReadonlySet<string> = new Set(['sign-in', 'sign-out', 'callback'])

/** Why an address is not opened, for a server or for the sign-in that a server names. Says nothing of what stands in it. */
export function addressProblem(text: string): string | undefined {
  const url = text.length <= 8192 && URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url?.protocol === 'http:' && isLoopbackHost(url.hostname)
  if (url === undefined || (url.protocol !== 'https:' && !isPlain))
    return 'the address must begin with https://, or with http:// for this machine.'
  if (url.username !== '' || url.password !== '') return 'the address must not hold a user name or password.'
  return undefined
}

function readStdio({ name, at, bad }: Reading, entry: JsonObject): McpServer {
  checkNames({ fields: entry, known: ['command', 'args', 'env', 'cwd'], at, bad })
  const { command, args = [], env = {}, cwd } = entry
  if (typeof command !== 'string' || command === '') return bad([...at, 'command'], '"command" must be the name of a program.')
  if (!Array.isArray(args)) return bad([...at, 'args'], '"args" must be a list of texts.')
  if (!isJsonObject(env)) return bad([...at, 'env'], '"env" must be an object of texts.')
  if (cwd !== undefined && typeof cwd !== 'string') return bad([...at, 'cwd'], '"cwd" must be a folder.')
  const texts = args.map((one) => (typeof one === 'string' ? one : bad([...at, 'args'], '"args" must be a list of texts.')))
  const variables = Object.entries(env).map(([key, value]): [string, string] =>
    typeof value === 'string' ? [key, value] : bad([...at, 'env', key], `"${key}" must be a text.`),
  )
  return { type: 'stdio', name, command, args: texts, env: Object.fromEntries(variables), cwd }
}

interface Names {
  readonly fields: JsonObject
  readonly known: readonly string[]
  readonly at: Path
  readonly bad: Reading['bad']
}

/** A misspelt name would otherwise be a setting that is quietly left out. */
function checkNames({ fields, known, at, bad }: Names): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown !== undefined) bad([...at, unknown], `${JSON.stringify(unknown)} means nothing here; there are ${known.join(', ')}.`)
}

/** Of the name that the path ends with, or of the last one on it that is there. */
function lineOf(text: string, path: Path): number {
  let at = 0
  for (const name of path) {
    const found = new RegExp(`${JSON.stringify(name).replaceAll(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`)}\\s*:`, 'g')
    found.lastIndex = at
    const match = found.exec(text)
    if (match === null) break
    at = match.index
  }
  return lineAt(text, at)
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}
