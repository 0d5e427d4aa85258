import { Buffer } from 'buffer'
import { missingProgram, wantedOf, wordsOf, type ChildOptions } from './child-process'
import { bytesOf, type World } from './context'

interface SyncResult {
  readonly pid: number
  readonly output: readonly unknown[]
  readonly stdout: unknown
  readonly stderr: unknown
  readonly status: number | null
  readonly signal: string | null
  readonly error?: Error
}

function encoded(bytes: Uint8Array, way: string, { encoding }: ChildOptions): unknown {
  if (way !== 'pipe') return null
  const buffer = Buffer.from(bytes)
  return typeof encoding === 'string' && encoding !== 'buffer' ? Reflect.apply(buffer.toString, buffer, [encoding]) : buffer
}

function runSync(world: World, command: { readonly file: unknown; readonly args: readonly unknown[] }, options: ChildOptions): SyncResult {
  const { wanted, file, spawnargs } = wantedOf(world, command, options)
  const input = options['input']
  const { end, stdout, stderr } = world.children.wait(wanted, input === undefined ? new Uint8Array() : bytesOf(input))
  if (end.missing) {
    const error = missingProgram('spawnSync', file, spawnargs)
    return { pid: 0, output: [], stdout: null, stderr: null, status: null, signal: null, error }
  }
  const shown = [null, encoded(stdout, wanted.stdio[1], options), encoded(stderr, wanted.stdio[2], options)]
  const late = Object.assign(new Error(`spawnSync ${file} ETIMEDOUT`), {
    errno: -110,
    code: 'ETIMEDOUT',
    syscall: `spawnSync ${file}`,
    path: file,
    spawnargs: spawnargs.slice(1),
  })
  const { code: status, signal, timedOut } = end
  return { pid: 1, output: shown, stdout: shown[1], stderr: shown[2], status, signal, ...(timedOut && { error: late }) }
}

/** What `execSync` and `execFileSync` throw for a command that failed. */
function checked(
  world: World,
  result: SyncResult,
  { command, options }: { readonly command: string; readonly options: ChildOptions },
): unknown {
  const { stderr } = result
  // Standard error is the program's own where nothing else was said.
  if (options['stdio'] === undefined && stderr !== null) world.write('stderr', bytesOf(stderr))
  if (result.error !== undefined) throw Object.assign(result.error, result)
  if (result.status === 0) return result.stdout
  const said = stderr === null ? '' : `\n${Buffer.from(bytesOf(stderr)).toString('utf8')}`
  const { error: _, ...facts } = result
  throw Object.assign(new Error(`Command failed: ${command}${said}`), facts)
}

/** The functions that wait for their command. */
export function childSync(world: World): Record<string, unknown> {
  return {
    spawnSync: (...args: unknown[]) => {
      const { options, ...command } = wordsOf(args)
      return runSync(world, command, options)
    },
    execSync: (...args: unknown[]) => {
      const { file, options } = wordsOf(args)
      const result = runSync(world, { file, args: [] }, { shell: true, ...options })
      return checked(world, result, { command: String(file), options })
    },
    execFileSync: (...args: unknown[]) => {
      const { options, ...command } = wordsOf(args)
      const result = runSync(world, command, options)
      return checked(world, result, { command: [command.file, ...command.args].map(String).join(' '), options })
    },
  }
}
