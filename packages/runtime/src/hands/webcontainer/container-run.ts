import { failureOf, type ContainerFile } from '@tabwright/protocol'
import { ROOT } from '../embedded/root'
import type { AwayProgram, AwayRun } from '../embedded/away/away-desk'
import { bytesOf } from '../remote/base64'
import type { ContainerLink } from './container-link'
import { MARK, RUN_FOLDER, RUN_SCRIPT, RUN_TEXT, type RunOrder } from './run-script'

// A program that does not go when its helper is told gets its helper ended under it.
const KILL_MS = 1500

const encoder = new TextEncoder()

/** Starts programs in a container, with outputs and input as the shell knows them. */
export class ContainerRuns {
  readonly #link: ContainerLink
  #isPlaced = false
  #last = 0

  constructor(link: ContainerLink) {
    this.#link = link
  }

  start(program: AwayProgram): AwayRun {
    let stopped = false
    let stop = (): void => undefined
    const ended = this.#run(program, (kill) => {
      stop = kill
      if (stopped) kill()
    })
    return {
      ended,
      stop: () => {
        stopped = true
        stop()
      },
    }
  }

  async #run(program: AwayProgram, running: (kill: () => void) => void): Promise<number> {
    const { workdir } = this.#link
    if (program.cwd !== ROOT && !program.cwd.startsWith(`${ROOT}/`)) {
      await program.output('stderr', encoder.encode(`${program.argv[0]}: ${program.cwd} is not in WebContainers: only ${ROOT} is there\n`))
      return 126
    }
    const name = `${RUN_FOLDER}/${++this.#last}`
    const order: RunOrder = {
      argv: program.argv.map((word) => there(word, workdir)),
      cwd: there(program.cwd, workdir),
      env: program.env,
      ...(program.input && { input: `${workdir}/${name}.in` }),
    }
    const files: ContainerFile[] = [
      ...(this.#isPlaced ? [] : [fileOf(RUN_SCRIPT, encoder.encode(RUN_TEXT))]),
      fileOf(`${name}.json`, encoder.encode(JSON.stringify(order))),
      ...(program.input ? [fileOf(`${name}.in`, program.input)] : []),
    ]
    await this.#link.write([], files)
    this.#isPlaced = true
    const said = new Said(program)
    const { ended, type, kill } = this.#link.spawn({ command: 'node', args: [RUN_SCRIPT, `${name}.json`] }, (text) => said.take(text))
    let timer: ReturnType<typeof setTimeout> | undefined
    running(() => {
      type('end\n')
      timer ??= setTimeout(kill, KILL_MS)
    })
    try {
      const code = await ended
      await said.end()
      return said.code ?? (code === 0 ? 1 : Math.min(255, Math.max(0, code)))
    } finally {
      clearTimeout(timer)
      // What is left there for want of a container is gone with it.
      this.#link.write([`${name}.json`, ...(program.input ? [`${name}.in`] : [])], []).catch(failureOf)
    }
  }
}

const fileOf = (path: string, bytes: Uint8Array): ContainerFile => ({ path, kind: 'file', bytes })

/** A word of a command line with the workspace's folder as it is called there. */
function there(word: string, workdir: string): string {
  return word.replace(/^([^/=\s]*=)?\/workspace(?=\/|$)/, (_whole, name: string | undefined) => `${name ?? ''}${workdir}`)
}

/** What the helper in front of a program says, line by line. */
class Said {
  /** Of the program. Undefined: the helper did not come so far. */
  code: number | undefined
  readonly #program: AwayProgram
  #rest = ''

  constructor(program: AwayProgram) {
    this.#program = program
  }

  async take(text: string): Promise<void> {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) await this.#line(line.replace(/\r$/, ''))
  }

  async end(): Promise<void> {
    if (this.#rest !== '') await this.#line(this.#rest)
    this.#rest = ''
  }

  async #line(line: string): Promise<void> {
    const at = line.indexOf(MARK)
    const tag = at === -1 ? '' : line.charAt(at + MARK.length)
    const rest = at === -1 ? '' : line.slice(at + MARK.length + 1)
    if (tag === '1' || tag === '2') await this.#program.output(tag === '1' ? 'stdout' : 'stderr', bytesOf(rest))
    else if (tag === 'x') this.code = Math.min(255, Math.max(0, Number.parseInt(rest, 10) || 0))
    // Where the helper itself does not come up, why it does not is all there is. What was typed is shown by the terminal.
    else if (line.trim() !== '' && line !== 'end') await this.#program.output('stderr', encoder.encode(`${line}\n`))
  }
}
