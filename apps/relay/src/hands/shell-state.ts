import { readdirSync } from 'node:fs'
import { FOLDER } from './folder-path'

/** What of a shell goes on into the next one. Everything in it is data: nothing of it runs when it is put back. */
export interface ShellState {
  /** From {@link FOLDER} on. */
  readonly cwd: string
  /** Text of `declare` for each variable, its value quoted. */
  readonly variables: readonly string[]
  /** As bash takes functions from its environment: one definition and nothing behind it. */
  readonly functions: ReadonlyMap<string, string>
  readonly aliases: ReadonlyMap<string, string>
  /** `set -o` and `shopt`, by name. */
  readonly options: readonly string[]
  readonly shopts: readonly string[]
  /** Folders of programs that were put beside the system's. */
  readonly path: readonly string[]
}

export const NEW_SHELL: ShellState = {
  cwd: FOLDER,
  variables: [],
  functions: new Map(),
  aliases: new Map(),
  options: [],
  shopts: [],
  path: [],
}

/** Where a shell writes what it is about to leave behind, and where it reads what it begins with. */
export const [READ_FD, KEEP_FD] = [3, 4]

/**
 * One line, so that bash counts the lines of a command from its own first. Whatever a command does to this only loses what it would have
 * left behind: what comes out is read as data by {@link readState}.
 */
export const SHELL_MAIN = [
  `mapfile -d '' -t -u ${READ_FD} __tw_in; exec ${READ_FD}<&-`,
  `__tw_keep() { { builtin local __tw_was=$? __tw_set __tw_n; __tw_set=$(builtin set +o); builtin set +eufvx; if [[ $__tw_kept != 1 ]]; then __tw_kept=1; builtin trap '' TERM; builtin printf 'begin\\0cwd\\0%s\\0path\\0%s\\0set\\0%s\\0shopt\\0%s\\0vars\\0%s\\0' "$(builtin pwd -P)" "$PATH" "$__tw_set" "$(builtin shopt -p)" "$(builtin declare -p)" >&${KEEP_FD}; builtin mapfile -t __tw_names <<<"$(builtin compgen -A function)"; for __tw_n in "\${__tw_names[@]}"; do [[ -z $__tw_n || $__tw_n == __tw_keep ]] || builtin printf 'function\\0%s\\0%s\\0' "$__tw_n" "$(builtin declare -f -- "$__tw_n")" >&${KEEP_FD}; done; for __tw_n in "\${!BASH_ALIASES[@]}"; do builtin printf 'alias\\0%s\\0%s\\0' "$__tw_n" "\${BASH_ALIASES[$__tw_n]}" >&${KEEP_FD}; done; builtin printf 'end\\0' >&${KEEP_FD}; fi; } 2>/dev/null; return $__tw_was; }`,
  `trap __tw_keep EXIT; __tw_command=\${__tw_in[1]}; eval "\${__tw_in[0]}" 2>/dev/null; unset __tw_in; eval "$__tw_command"`,
  `__tw_end=$?; __tw_keep; exit $__tw_end`,
].join('; ')

/** In front of a command: puts back what the shell before left. */
export function prologueOf({ variables, functions, aliases, options, shopts }: ShellState): string {
  return [
    ...variables,
    // They came by the environment; programs get those alone that were exported, which is not known.
    ...(functions.size > 0 ? [`export -nf ${[...functions.keys()].join(' ')}`] : []),
    ...[...aliases].map(([name, text]) => `alias ${name}=${quoted(text)}`),
    ...shopts.map((name) => `shopt -s ${name}`),
    ...options.map((name) => `set -o ${name}`),
  ].join('\n')
}

/** Functions for the environment of a shell. */
export function functionVariables({ functions }: ShellState): Record<string, string> {
  return Object.fromEntries([...functions].map(([name, body]) => [`BASH_FUNC_${name}%%`, body]))
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** What a shell said before it ended, read. */
interface Kept {
  readonly state: ShellState
  /** What does not go on, by name. */
  readonly dropped: readonly string[]
  /** Other folders came before those of the system's programs. */
  readonly pathMoved: boolean
}

interface Place {
  /** Folders of the system's programs, which come first. */
  readonly path: readonly string[]
  /** Real path of the directory where commands see it by that name, else {@link FOLDER}. */
  readonly root: string
}

const MOST_STATE = 128 * 1024

/**
 * Reads what a shell left behind. The command could have written it: names and values are taken where they fit, and nothing that would
 * give another meaning to what later commands say.
 * @returns undefined where the shell was ended before it could say so
 */
export function readState(said: string, { path: own, root }: Place): Kept | undefined {
  const begin = said.lastIndexOf('begin\0cwd\0')
  const words = begin < 0 ? [] : said.slice(begin).split('\0')
  if (words.at(-2) !== 'end') return undefined
  const [, , cwd = '', , path = '', , set = '', , shopt = '', , vars = '', ...others] = words
  const dropped: string[] = []
  const named = { functions: new Map<string, string>(), aliases: new Map<string, string>() }
  const commands = commandsIn(own)
  let size = 0
  for (let n = 0; n + 2 < others.length; n += 3) {
    const [kind, name = '', text = ''] = others.slice(n, n + 3)
    if (kind !== 'function' && kind !== 'alias') break
    size += text.length
    const isName = NAME.test(name) && text.length + name.length < 16_384
    const body = kind === 'function' ? bodyOf(name, text) : text
    if (isTaken(name, commands) || !isName || size > MOST_STATE || body === undefined) dropped.push(name.slice(0, 80))
    else named[kind === 'function' ? 'functions' : 'aliases'].set(name, body)
  }
  const variables = readVariables(vars, dropped)
  const folders = path.split(':').filter((folder) => folder !== '')
  const state: ShellState = {
    cwd: cwdOf(cwd, root),
    variables,
    ...named,
    options: OPTIONS.filter((name) => set.includes(`set -o ${name}\n`) || set.endsWith(`set -o ${name}`)),
    shopts: SHOPTS.filter((name) => shopt.split('\n').includes(`shopt -s ${name}`)),
    path: folders.filter((folder) => folder.startsWith('/') && !folder.includes('\0') && !own.includes(folder)),
  }
  return { state, dropped, pathMoved: !`${path}:`.startsWith(`${own.join(':')}:`) }
}

/** The folder in its one spelling; outside of the directory nothing lasts. */
function cwdOf(cwd: string, root: string): string {
  if (cwd === root) return FOLDER
  return cwd.startsWith(`${root}/`) && cwd.length < 4096 ? FOLDER + cwd.slice(root.length) : FOLDER
}

const NAME = /^[A-Za-z_][\w.-]*$/

/** What `declare -f` printed, as bash takes it from the environment. */
function bodyOf(name: string, text: string): string | undefined {
  const found = /^ \(\)\s*\{/.exec(text.startsWith(name) ? text.slice(name.length) : '')
  return found ? `() {${text.slice(name.length + found[0].length)}` : undefined
}

/** Words that the shell itself answers to: bash's keywords and built-ins. */
const SHELL_WORDS: ReadonlySet<string> = new Set(
  [
    'if then else elif fi case esac for select while until do done in function time coproc { } [[ ]] !',
    ': . [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo enable eval exec exit',
    'export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return',
    'set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait',
  ].flatMap((line) => line.split(' ')),
)

/** Rules allow commands by their words: from one approved call to the next a name must keep its meaning. */
function isTaken(name: string, commands: ReadonlySet<string>): boolean {
  return name.includes('/') || SHELL_WORDS.has(name) || commands.has(name)
}

function commandsIn(folders: readonly string[]): ReadonlySet<string> {
  const names = new Set(['node', 'npm', 'npx'])
  for (const folder of folders) {
    try {
      for (const name of readdirSync(folder)) names.add(name)
    } catch (thrown) {
      // A folder of programs that is not there holds none.
      if (!(thrown instanceof Error && 'code' in thrown)) throw thrown
    }
  }
  return names
}

const OPTIONS = ['allexport', 'errexit', 'noclobber', 'noglob', 'nounset', 'pipefail', 'xtrace']
const SHOPTS = ['dotglob', 'expand_aliases', 'extglob', 'failglob', 'globstar', 'inherit_errexit', 'lastpipe', 'nocaseglob', 'nullglob']

/** Of bash itself, or said anew for each shell. */
const NOT_CARRIED =
  /^(?:BASH.*|__tw_.*|COMP_.*|DIRSTACK|EPOCH.*|EUID|FUNCNAME|GROUPS|HISTCMD|HOME|HOST(?:NAME|TYPE)|IFS|LINENO|MACHTYPE|MAPFILE|OLDPWD|OPT(?:ERR|IND|ARG)|OSTYPE|PATH|PIPESTATUS|PPID|PS4|PWD|RANDOM|SECONDS|SHELL|SHELLOPTS|SHLVL|SRANDOM|TERM|UID|_)$/
/** By these, programs run something before what they were called for. */
const RUNS_FIRST =
  /^(?:LD_.*|GIT_.*|NODE_OPTIONS|NODE_PATH|ENV|PROMPT_COMMAND|PYTHON(?:STARTUP|PATH|HOME|BREAKPOINT)|PERL5?(?:OPT|LIB|DB)|RUBY(?:OPT|LIB)|LESSOPEN|LESSCLOSE|PAGER|EDITOR|VISUAL|npm_config_.*)$/i

const QUOTED = String.raw`"(?:[^"\\$\x60]|\\["\\$\x60])*"|\$'(?:[^'\\]|\\.)*'`
const SUBSCRIPT = String.raw`\d+|[\w.-]+|${QUOTED}`
const DECLARED = new RegExp(
  String.raw`declare (-[-aAlrtux]+|-[Aaxru]*i[Aaxru]*) ([A-Za-z_]\w*)(?:=(${QUOTED}|\((?:\[(?:${SUBSCRIPT})\]=(?:${QUOTED}) ?)*\)))?(?=\n|$)`,
  'y',
)
const NUMBER = /^"-?\d{1,18}"$/

/** What `declare -p` printed: each value is quoted, so to say it again runs nothing. What does not look so is left out. */
function readVariables(text: string, dropped: string[]): string[] {
  const kept: string[] = []
  let size = 0
  for (let at = 0; at >= 0 && at < text.length; at = after(text, at)) {
    DECLARED.lastIndex = at
    const found = DECLARED.exec(text)
    if (!found) continue
    const [whole, flags = '', name = '', value = ''] = found
    at = DECLARED.lastIndex
    if (NOT_CARRIED.test(name)) continue
    size += whole.length
    // A number's text is worked out when it is given, which can run commands; so are subscripts of a list.
    const isSafe = (!flags.includes('i') || NUMBER.test(value)) && (!flags.includes('a') || value === '' || ONLY_NUMBERS.test(value))
    if (RUNS_FIRST.test(name) || !isSafe || size > MOST_STATE) dropped.push(name)
    else kept.push(whole)
  }
  return kept
}

const ONLY_NUMBERS = new RegExp(String.raw`^\((?:\[\d+\]=(?:${QUOTED}) ?)*\)$`)

/** The next line. */
function after(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? -1 : end + 1
}
