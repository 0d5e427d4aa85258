import type { ShellState } from '../../shell/language/state/shell-state'
import { Variable } from '../../shell/language/state/variable'
import { Shell } from '../../shell/shell'
import type { System } from '../../shell/system'
import { droppedNote, isTaken, ownFoldersFirst, PATH_NOTE, COMMAND_FOLDERS } from './carry-over'
import { ROOT } from './root'
import { placeCommands, placeRoot } from './system'

/** What a shell of the sandbox starts with. */
export const SHELL_ENV = { HOME: '/home/user', USER: 'user', PATH: '/usr/bin:/bin', TERM: 'dumb', LANG: 'C.UTF-8', TMPDIR: '/tmp' }

/** The shell of a session, with what it may not carry from one command line to the next. */
export function sessionShell(system: System): Shell {
  placeCommands(system)
  const names = new Set(system.commands.keys())
  return new Shell({
    system,
    cwd: ROOT,
    env: new Map(Object.entries(SHELL_ENV)),
    forget: (state) => {
      const dropped: string[] = []
      for (const owned of [state.functions, state.aliases])
        for (const name of owned.keys()) {
          if (!isTaken(name, names)) continue
          owned.delete(name)
          dropped.push(name)
        }
      // `hash -p` can say that a command is another file.
      state.hashed.clear()
      // Nor may `enable -n` say that a command of the shell is none.
      state.disabled.clear()
      state.options.delete('noexec')
      // What runs before every command would run before those of later lines, and could end them without a word.
      if (state.traps.delete('DEBUG')) dropped.push('the trap of DEBUG')
      if (RUNS_COMMANDS.test(state.vars.text('PS4') ?? '')) {
        plainVariable(state, 'PS4', '+ ')
        dropped.push('PS4, which ran commands')
      }
      const path = state.vars.text('PATH') ?? ''
      plainVariable(state, 'PATH', ownFoldersFirst(path))
      placeCommands(system)
      return placeRoot(system) + droppedNote(dropped) + (path === '' || path.startsWith(COMMAND_FOLDERS.join(':')) ? '' : PATH_NOTE)
    },
  })
}

const RUNS_COMMANDS = /\$\((?!\()|`/

/** Gives a variable a value whatever was made of it: readonly, a reference to another, an array, in capitals. */
function plainVariable(state: ShellState, name: string, text: string): void {
  const exported = state.vars.get(name)?.attributes.exported ?? false
  state.vars.put(name, new Variable({ type: 'text', text }, { exported }))
}
