import { mediaType } from '@tabwright/protocol'
import type { FileTree } from '../../../shell/tree/file-tree'
import type { AnswerOut, ProgramPorts } from '../node/program-ports'
import type { PortAsk } from '../ports/port-messages'
import { BuildError } from './project'
import type { Bundled } from './dev-bundle'
import type { ViteConfig } from './vite-config'
import { errorPage } from './vite-html'

export interface ServerOptions {
  readonly config: ViteConfig
  readonly tree: FileTree
  readonly ports: ProgramPorts
  /** Pages and what they are made of, as the files are now. @throws BuildError */
  readonly bundle: () => Promise<Bundled>
  readonly say: (text: string) => void
}

interface Answered {
  readonly status: number
  readonly type: string
  readonly body: Uint8Array
}

const encoder = new TextEncoder()
/** How many ports are tried, as Vite does. */
const TRIES = 20
/** Never given to a page: what belongs to git and to the app, and what the environment keeps to itself. */
const PRIVATE = /^\/(?:\.git|\.tabwright)(?:\/|$)|(?:^|\/)\.env(?:\.[^/]*)?$/

/** Gives out a project that is worked on. Resolves with the port when it listens. @throws Error where it cannot */
export async function serve(options: ServerOptions): Promise<number> {
  const server = new Server(options)
  const { config, ports } = options
  for (let port = config.port; port < config.port + (config.strictPort ? 1 : TRIES); port += 1) {
    const { code } = await new Promise<{ readonly code?: string | undefined }>((heard) => {
      ports.listen(port, heard, (ask, answer) => void server.answer(ask, answer))
    })
    if (code === undefined) return port
    if (code !== 'EADDRINUSE') throw new Error(`listening on port ${port}: ${code}`)
  }
  throw new Error(`Port ${config.port} is taken${config.strictPort ? '' : `, and so are the ${TRIES - 1} behind it`}.`)
}

class Server {
  readonly #options: ServerOptions
  #building: Promise<Bundled> | undefined
  /** What was said of the last build: the same is not said again with each request. */
  #told = ''

  constructor(options: ServerOptions) {
    this.#options = options
  }

  async answer(ask: PortAsk, answer: AnswerOut): Promise<void> {
    const { status, type, body } = await this.#found(ask).catch((thrown: unknown) => this.#failed(thrown, ask))
    const headers: [string, string][] = [
      ['content-type', type],
      ['content-length', String(body.length)],
      ['cache-control', 'no-store'],
    ]
    answer.head({ status, statusText: status === 200 ? 'OK' : status === 404 ? 'Not Found' : 'Error', headers })
    if (ask.method === 'HEAD') answer.end()
    else answer.write(body, () => answer.end())
  }

  async #found(ask: PortAsk): Promise<Answered> {
    const { config, tree } = this.#options
    if (ask.method !== 'GET' && ask.method !== 'HEAD') return text(405, 'This is a server of pages: they can be read, nothing else.')
    const raw = decodeURIComponent(ask.path.split(/[?#]/, 1)[0] ?? '/')
    const path = config.base !== '/' && raw.startsWith(config.base) ? raw.slice(config.base.length - 1) : raw
    if (path.split('/').includes('..')) return text(400, 'That is no address of a file.')
    if (PRIVATE.test(path)) return text(403, 'This file is not given to a page.')
    if (path.startsWith('/@bundle/')) {
      const bytes = (await this.#bundle()).files.get(path)
      return bytes === undefined
        ? text(404, `Nothing of this name was built: ${path}`)
        : { status: 200, type: mediaType(path), body: bytes }
    }
    const isPage = path.endsWith('/') || path === '/index.html'
    const file = isPage
      ? undefined
      : [config.publicDir, config.root]
          .map((folder) => folder && tree.find(folder + path))
          .find((node) => typeof node === 'object' && node.type === 'file')
    if (typeof file === 'object' && file.type === 'file') return { status: 200, type: mediaType(path), body: file.bytes }
    const wantsPage = ask.headers.some(([name, value]) => name.toLowerCase() === 'accept' && value.includes('text/html'))
    if (!isPage && !wantsPage) return text(404, `There is no ${path}.`)
    return { status: 200, type: 'text/html; charset=utf-8', body: encoder.encode((await this.#bundle()).page) }
  }

  /** One at a time: whoever asks meanwhile gets the same. */
  #bundle(): Promise<Bundled> {
    this.#building ??= this.#timed().finally(() => (this.#building = undefined))
    return this.#building
  }

  async #timed(): Promise<Bundled> {
    const started = performance.now()
    const made = await this.#options.bundle()
    const took = performance.now() - started
    this.#told = ''
    if (took > 5) this.#options.say(`built in ${took.toFixed(0)} ms\n`)
    return made
  }

  #failed(thrown: unknown, ask: PortAsk): Answered {
    const messages =
      thrown instanceof BuildError ? thrown.messages : [thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)]
    const words = messages.join('\n')
    if (words !== this.#told) this.#options.say(`[error] ${words}\n`)
    this.#told = words
    const isPage = !ask.path.startsWith('/@bundle/')
    return isPage ? { status: 200, type: 'text/html; charset=utf-8', body: encoder.encode(errorPage(messages)) } : text(500, words)
  }
}

function text(status: number, words: string): Answered {
  return { status, type: 'text/plain; charset=utf-8', body: encoder.encode(`${words}\n`) }
}
