import type { Call } from '../../../shell/commands/command'
import { textOf } from '../../../shell/text'
import { NpmError } from './npm-error'
import { USUAL_REGISTRY } from './registry'

/** Words of a line of npm, taken apart. */
export interface NpmLine {
  readonly verb: string
  readonly words: readonly string[]
  /** Behind `--`. */
  readonly extra: readonly string[]
  readonly options: ReadonlyMap<string, string>
}

/** Options by their spellings; those that end in `=` take a value. */
const OPTIONS: Readonly<Record<string, string>> = {
  '-s': 'silent',
  '--silent': 'silent',
  '-q': 'quiet',
  '--quiet': 'quiet',
  '--if-present': 'if-present',
  '-D': 'save-dev',
  '--save-dev': 'save-dev',
  '-O': 'save-optional',
  '--save-optional': 'save-optional',
  '--save-peer': 'save-peer',
  '-P': 'save-prod',
  '--save-prod': 'save-prod',
  '-S': 'save',
  '--save': 'save',
  '--no-save': 'no-save',
  '-E': 'save-exact',
  '--save-exact': 'save-exact',
  '-f': 'force',
  '--force': 'force',
  '--legacy-peer-deps': 'legacy-peer-deps',
  '--ignore-scripts': 'ignore-scripts',
  '--package-lock-only': 'package-lock-only',
  '--offline': 'offline',
  '--prefer-offline': 'prefer-offline',
  '--no-audit': 'no-audit',
  '--no-fund': 'no-fund',
  '--no-progress': 'no-progress',
  '--json': 'json',
  '-a': 'all',
  '--all': 'all',
  '-l': 'long',
  '--long': 'long',
  '-y': 'yes',
  '--yes': 'yes',
  '--no-install': 'no-install',
  '--production': 'production',
  '--registry': 'registry=',
  '--omit': 'omit=',
  '--include': 'include=',
  '--depth': 'depth=',
  '--package': 'package=',
  '-p': 'package=',
  '-c': 'call=',
  '--call': 'call=',
  '-v': 'version',
  '--version': 'version',
  '-h': 'help',
  '--help': 'help',
  '--loglevel': 'loglevel=',
  '-w': 'workspace=',
  '--workspace': 'workspace=',
  '-ws': 'workspaces',
  '--ws': 'workspaces',
  '--workspaces': 'workspaces',
  '--no-workspaces': 'no-workspaces',
  '-iwr': 'include-workspace-root',
  '--iwr': 'include-workspace-root',
  '--include-workspace-root': 'include-workspace-root',
}

/** Reads a line. @param stopsAt whether what follows a word is nobody’s but a program’s. @throws NpmError for an option that is not here */
export function readLine(args: readonly string[], stopsAt: (words: readonly string[]) => boolean): NpmLine {
  const options = new Map<string, string>()
  const words: string[] = []
  const left = [...args]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') break
    if (!word.startsWith('-') || word === '-') {
      words.push(word)
      if (!stopsAt(words)) continue
      if (left[0] === '--') left.shift()
      break
    }
    readOption(word, left, options)
  }
  return lineOf(words, left, options)
}

function lineOf(words: readonly string[], extra: readonly string[], options: ReadonlyMap<string, string>): NpmLine {
  const [verb = '', ...rest] = words
  return { verb, words: rest, extra, options }
}

function readOption(word: string, left: string[], options: Map<string, string>): void {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1
  const spelled = equals < 0 ? word : word.slice(0, equals)
  const key = Object.hasOwn(OPTIONS, spelled) ? OPTIONS[spelled] : undefined
  if (key === undefined) throw new NpmError('EOPTION', `the option ${spelled} is not in this sandbox’s npm`)
  if (!key.endsWith('=')) {
    options.set(key, equals < 0 ? 'true' : word.slice(equals + 1))
    return
  }
  const value = equals < 0 ? left.shift() : word.slice(equals + 1)
  if (value === undefined) throw new NpmError('EOPTION', `the option ${spelled} wants a value`)
  const name = key.slice(0, -1)
  const before = SEVERAL.has(name) ? options.get(name) : undefined
  options.set(name, before === undefined ? value : `${before}\n${value}`)
}

/** Options that may be said more than once; what each says is a line. */
const SEVERAL = new Set(['workspace'])

/** All that an option was told. */
export function listOf(options: ReadonlyMap<string, string>, name: string): readonly string[] {
  return options.get(name)?.split('\n') ?? []
}

/** What is set for npm beside the words of a line. */
export interface Settings {
  /** With a slash at its end. */
  readonly registry: string
  readonly savePrefix: string
  readonly ignoresPeers: boolean
  /** Sentences about what is set and not heeded. */
  readonly unheeded: readonly string[]
}

/** Reads `.npmrc` of the project and of the person, the environment and the line: the later stand above the earlier. @throws NpmError EINVALIDURL */
export function settingsOf({ system: { tree }, env }: Call, { options }: NpmLine, folder: string): Settings {
  const set = new Map<string, string>()
  const unheeded: string[] = []
  for (const path of [`${env.get('HOME') ?? '/home/user'}/.npmrc`, `${folder}/.npmrc`]) {
    const node = tree.find(path)
    if (node?.type !== 'file') continue
    for (const [key, value] of settingsIn(textOf(node.bytes))) {
      if (HEEDED.test(key)) set.set(key, value)
      else if (MATTERS.test(key))
        unheeded.push(`${path}: ${key} is not heeded in this sandbox; tokens and scopes of other registries stay out of it.`)
    }
  }
  for (const key of ['registry', 'save-exact', 'save-prefix', 'legacy-peer-deps']) {
    const told = env.get(`npm_config_${key.replaceAll('-', '_')}`)
    if (told !== undefined) set.set(key, told)
  }
  for (const [key, value] of options) set.set(key, value)
  const isExact = set.get('save-exact') === 'true'
  return {
    registry: registryOf(set.get('registry')),
    savePrefix: isExact ? '' : (set.get('save-prefix') ?? '^'),
    ignoresPeers: set.get('legacy-peer-deps') === 'true',
    unheeded,
  }
}

const HEEDED = /^(?:registry|save-exact|save-prefix|legacy-peer-deps)$/
const MATTERS = /^(?:@[^:]+:registry|.*_auth.*|.*token.*|.*password.*|proxy|https-proxy|cafile|node-linker|install-strategy)$/i

function settingsIn(text: string): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf('=')
    const isNote = /^\s*[#;]/.test(line)
    return at < 1 || isNote
      ? []
      : [
          [
            line.slice(0, at).trim(),
            line
              .slice(at + 1)
              .trim()
              .replaceAll(/^["']|["']$/g, ''),
          ] as const,
        ]
  })
}

function registryOf(text: string | undefined): string {
  if (text === undefined || text === '') return USUAL_REGISTRY
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new NpmError('EINVALIDURL', `The registry ${text.slice(0, 200)} is no address that can be asked.`)
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}
