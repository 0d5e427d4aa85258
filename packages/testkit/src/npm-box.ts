import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { embeddedSystem, placeCommands } from '../../runtime/src/hands/embedded/system'
import { bytesOf, textOf } from '../../runtime/src/shell/text'
import { loopbackNet } from './loopback-net'
import { runScript, type ScriptOutcome } from './run-script'

/** Our npm in a tree of its own, before a registry. Programs do not run here. */
export interface NpmBox {
  run(script: string): Promise<ScriptOutcome>
  text(path: string): string
  has(path: string): boolean
  write(path: string, text: string): void
  /** Where a link leads. */
  link(path: string): string
}

/** A box with these files. @param registry its address */
export function npmBox(registry: string, files: Readonly<Record<string, string>>): NpmBox {
  const net = loopbackNet()
  const system = embeddedSystem({
    spawn: () => {
      throw new Error('programs do not run here')
    },
    isOver: () => false,
    net,
  })
  placeCommands(system)
  const write = (path: string, text: string): void => {
    system.tree.mkdir(`/workspace/${path}`.replace(/\/[^/]*$/, ''), true)
    system.tree.writeFile(`/workspace/${path}`, bytesOf(text))
  }
  write('.npmrc', `registry=${registry}\n`)
  for (const [path, text] of Object.entries(files)) write(path, text)
  return {
    run: (script) => runScript(system, script, { cwd: '/workspace' }),
    text: (path) => textOf(system.tree.readFile(`/workspace/${path}`)),
    has: (path) => system.tree.find(`/workspace/${path}`) !== undefined,
    write,
    link: (path) => system.tree.readlink(`/workspace/${path}`),
  }
}

/** The real npm in a folder of this machine; a registry in this process answers meanwhile. */
export function machineNpm(
  words: readonly string[],
  { folder, registry }: { folder: string; registry: string },
): Promise<{ code: number | null; said: string }> {
  const own = [
    '--no-audit',
    '--no-fund',
    '--cache',
    join(folder, 'cache'),
    '--registry',
    registry,
    '--omit-lockfile-registry-resolved=false',
  ]
  return new Promise((resolve, reject) => {
    const run = spawn('npm', [...words, ...own], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [run.stdout, run.stderr]) stream.on('data', (part: Buffer) => void (said += part.toString()))
    run.once('error', reject)
    run.once('close', (code) => resolve({ code, said }))
  })
}
