import { Device } from '../../runtime/src/shell/streams/open-file'
import type { System } from '../../runtime/src/shell/system'
import { bytesOf, joined, textOf } from '../../runtime/src/shell/text'
import { runProgram, faultTold } from '../../runtime/src/shell/language/execute/programs'

/** What a script is run with. */
export interface ScriptHow {
  readonly cwd: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

/** What came of a script. */
export interface ScriptOutcome {
  readonly out: string
  readonly err: string
  readonly code: number
}

const ENV = { PATH: '/usr/bin:/bin', HOME: '/home/user', LANG: 'C.UTF-8', TMPDIR: '/tmp', TERM: 'dumb' }

/** Runs a script as `bash -c` does and gives all that it wrote. The system's commands must have `bash` among them. */
export async function runScript(system: System, script: string, how: ScriptHow): Promise<ScriptOutcome> {
  const out: Uint8Array[] = []
  const err: Uint8Array[] = []
  const collector = (parts: Uint8Array[]): Device =>
    new Device({
      write: (bytes) => {
        parts.push(bytes.slice())
        return Promise.resolve()
      },
    })
  const input = bytesOf(how.stdin ?? '')
  let at = 0
  const stdin = new Device({
    read: (max) => {
      const part = input.subarray(at, at + max)
      at += part.length
      return Promise.resolve(part.length === 0 ? undefined : part)
    },
  })
  const env = new Map(Object.entries({ ...ENV, ...how.env }))
  const process = system.processes.spawn({
    parent: undefined,
    title: 'bash',
    files: new Map([
      [0, stdin],
      [1, collector(out)],
      [2, collector(err)],
    ]),
    body: (own) => runProgram(system, own, { argv: ['bash', '-c', script, ...(how.args ?? [])], env, cwd: how.cwd, umask: 0o022 }),
    onFault: faultTold,
  })
  const exit = await process.ended()
  return { out: textOf(joined(out)), err: textOf(joined(err)), code: exit?.code ?? -1 }
}
