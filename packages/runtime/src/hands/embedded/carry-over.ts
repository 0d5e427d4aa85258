/** Words that the shell itself answers to: bash's keywords and built-ins, those too that this sandbox lacks. */
const SHELL_WORDS: ReadonlySet<string> = new Set(
  [
    'if then else elif fi case esac for select while until do done in function time coproc { } [[ ]] !',
    ': . [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo enable eval exec exit',
    'export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return',
    'set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait',
  ].flatMap((line) => line.split(' ')),
)

/** Where the sandbox's own commands stand. */
export const COMMAND_FOLDERS = ['/usr/bin', '/bin'] as const

/**
 * Whether a function or alias of this name would run instead of what the name stands for everywhere else. Rules allow
 * commands by their words, so from one approved call to the next a name must keep its meaning.
 */
export function isTaken(name: string, commands: ReadonlySet<string>): boolean {
  return name.includes('/') || SHELL_WORDS.has(name) || commands.has(name)
}

/** `PATH` with the sandbox's own folders first, for the same reason. */
export function ownFoldersFirst(path: string): string {
  const others = path.split(':').filter((folder) => folder !== '' && !COMMAND_FOLDERS.some((own) => own === folder))
  return [...COMMAND_FOLDERS, ...others].join(':')
}

/** Tells what was dropped, or an empty text. */
export function droppedNote(names: readonly string[]): string {
  if (names.length === 0) return ''
  const listed = names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '')
  return `[not kept for later commands: ${listed}; nothing may take the name of a path, a built-in or a command of the sandbox, or run before every command]\n`
}

/** Said once, when a command line put other folders first. */
export const PATH_NOTE = `[for later commands PATH starts with ${COMMAND_FOLDERS.join(':')}, so that nothing takes the place of the sandbox's commands]\n`
