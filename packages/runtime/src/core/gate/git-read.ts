import { isJsonObject, type JsonObject, type NetworkRequest } from '@tabwright/protocol'
import { latin } from './latin'

const REFS = '/info/refs?service=git-upload-pack'
const OBJECTS = '/git-upload-pack'

/** Whether an address is that of git's question for names: with those words as the whole of its question, and nothing behind. */
export function isGitRefs(url: string): boolean {
  return url.endsWith(REFS) && !url.includes('#') && url.indexOf('?') === url.lastIndexOf('?')
}

/** All that git says to a server when it fetches: names, object ids and how it wants them. */
const GIT_LINES =
  /^(?:command=(?:ls-refs|fetch)|agent=[\w./-]{1,60}|object-format=sha1|thin-pack|no-progress|include-tag|ofs-delta|peel|symrefs|unborn|ref-prefix (?:HEAD|refs\/[!-~]{0,200})|(?:want|have|shallow) [0-9a-f]{40}|deepen \d{1,9}|done)\n?$/

/** A clone is several of these: asked about each, a person would learn to press without reading. The input is that of `describeFetch`. */
export function isGitQuestion({ method, url, body }: JsonObject): boolean {
  if (method !== 'POST' || typeof url !== 'string' || !url.endsWith(OBJECTS) || /[?#]/.test(url)) return false
  if (!isJsonObject(body)) return false
  const { text } = body
  const lines = typeof text === 'string' ? packetsOf(text) : []
  return lines[0]?.startsWith('command=') === true && lines.every((line) => GIT_LINES.test(line))
}

/** The lines of a body as git packs them: four digits of length, the text; less than four is a mark. One that is none of it is a line too. */
function packetsOf(text: string): readonly string[] {
  const lines: string[] = []
  for (let at = 0; at < text.length;) {
    const digits = text.slice(at, at + 4)
    const length = /^[0-9a-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : text.length
    if (length >= 4) lines.push(text.slice(at + 4, at + length))
    at += Math.max(4, length)
  }
  return lines
}

/** What the sandbox's own git asks of one repository when it reads it. It says nothing but which objects it wants and which it has. */
export interface GitRead {
  /** Address of the repository, without the part that is git's. */
  readonly repository: string
  /** What the answer tells. */
  readonly asks: 'abilities' | 'refs' | 'objects'
  /** Objects that are asked for by name. */
  readonly wants: readonly string[]
}

/** As git here writes them, to the letter: where a value could be chosen, something could be said by it. Names of objects are looked at apart. */
const OWN_HEADERS: ReadonlyMap<string, string> = new Map([
  ['user-agent', 'git/2.39.5 (Tabwright)'],
  ['git-protocol', 'version=2'],
  ['content-type', 'application/x-git-upload-pack-request'],
  ['accept', 'application/x-git-upload-pack-result'],
])
const OWN_LINES =
  /^(?:agent=git\/2\.39\.5-Tabwright|object-format=sha1|no-progress|include-tag|ofs-delta|peel|symrefs|unborn|(?:want|have|shallow) [0-9a-f]{40}|deepen \d{1,9}|done)\n$/
/** Longer ones are shown on their own. Git here names a thousand commits at most. */
const MOST_BODY = 131_072
const MOST_HAVES = 1100

/**
 * What a request of git reads, when reading is all it does; undefined for every other one, and for one that another program made.
 * @param href the address as it is judged and sent
 */
export function gitReadOf({ byGit, method, headers, body }: NetworkRequest, href: string): GitRead | undefined {
  if (!byGit || !headers.every(([name, value]) => OWN_HEADERS.get(name.toLowerCase()) === value)) return undefined
  if (method === 'GET' && body === undefined && isGitRefs(href))
    return { repository: href.slice(0, -REFS.length), asks: 'abilities', wants: [] }
  if (method !== 'POST' || body === undefined || body.length > MOST_BODY || !href.endsWith(OBJECTS) || /[?#]/.test(href)) return undefined
  const text = latin(body)
  const [command = '', ...lines] = packetsOf(text)
  const asks = ASKS.get(command)
  if (asks === undefined || !lines.every((line) => OWN_LINES.test(line)) || text !== written(command, lines)) return undefined
  if (lines.filter((line) => /^(?:have|shallow) /.test(line)).length > MOST_HAVES) return undefined
  const wants = lines.flatMap((line) => (line.startsWith('want ') ? [line.slice(5, 45)] : []))
  return { repository: href.slice(0, -OBJECTS.length), asks, wants }
}

const ASKS: ReadonlyMap<string, 'refs' | 'objects'> = new Map([
  ['command=ls-refs\n', 'refs'],
  ['command=fetch\n', 'objects'],
])

/** The one way in which git here packs these lines: marks between them could say something too. */
function written(command: string, [agent = '', format = '', ...lines]: readonly string[]): string {
  const pack = (line: string): string => (line.length + 4).toString(16).padStart(4, '0') + line
  return `${[command, agent, format].map(pack).join('')}0001${lines.map(pack).join('')}0000`
}
