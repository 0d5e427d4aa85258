import { failureOf, FailureError, type ContainerFile, type PortAnswer, type PortRequest } from '@tabwright/protocol'
import { PortDesk } from '../embedded/ports/port-desk'
import { PIECES_AHEAD, readPortAnswering, type PortAsking } from '../embedded/ports/port-messages'
import { bytesOf } from '../remote/base64'
import { ASK_SCRIPT, ASK_TEXT, askFile, TYPED } from './ask-script'
import type { ContainerLink, ContainerProcess } from './container-link'
import { MARK } from './run-script'

/** Longer no line of the helper is: whoever writes more is not it. */
const MAX_LINE = 1_000_000

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const fileOf = (path: string, bytes: Uint8Array): ContainerFile => ({ path, kind: 'file', bytes })
const LOST = { type: 'cut', message: 'WebContainers ended what asks its programs; ask again.' } as const

/** Requests to programs in a container, by a helper in there that is started with the first. */
export class ContainerPorts {
  readonly #link: ContainerLink
  readonly #desk: PortDesk
  #helper: Promise<ContainerProcess> | undefined
  /** Pieces of each answer that nobody took yet. */
  readonly #ahead = new Map<number, number>()
  #rest = ''

  constructor(link: ContainerLink) {
    this.#link = link
    this.#desk = new PortDesk(
      (message) => void this.#tell(message).catch((thrown: unknown) => this.#over(message.id, failureOf(thrown).message)),
      () => () => undefined,
    )
  }

  /** @throws FailureError as `HandsPorts.request` */
  request(request: PortRequest, signal: AbortSignal): Promise<PortAnswer> {
    return this.#desk.request(request, signal)
  }

  async #tell(message: PortAsking): Promise<void> {
    const { id } = message
    if (message.type === 'port.request') {
      const { port, method, path, headers, body } = message
      const order = encoder.encode(JSON.stringify({ port, method, path, headers, hasBody: body !== undefined }))
      this.#ahead.set(id, 0)
      const helper = await this.#started()
      await this.#link.write([], [fileOf(`${askFile(id)}.json`, order), ...(body ? [fileOf(`${askFile(id)}.body`, body)] : [])])
      // Whoever asked may have gone meanwhile.
      if (this.#ahead.has(id)) helper.type(`#a${id}\n`)
      return
    }
    const ahead = this.#ahead.get(id)
    const helper = await this.#helper
    if (ahead === undefined || helper === undefined) return
    if (message.type === 'port.drop') this.#ahead.delete(id)
    else this.#ahead.set(id, Math.max(0, ahead - 1))
    helper.type(`#${message.type === 'port.drop' ? 'd' : 't'}${id}\n`)
  }

  #started(): Promise<ContainerProcess> {
    this.#helper ??= this.#start()
    return this.#helper
  }

  async #start(): Promise<ContainerProcess> {
    const gone = (): void => {
      this.#helper = undefined
      this.#rest = ''
      for (const id of this.#ahead.keys()) this.#over(id, LOST.message)
    }
    try {
      await this.#link.write([], [fileOf(ASK_SCRIPT, encoder.encode(ASK_TEXT))])
    } catch (thrown) {
      gone()
      throw thrown
    }
    const helper = this.#link.spawn({ command: 'node', args: [ASK_SCRIPT] }, (text) => Promise.resolve(this.#said(text)))
    helper.ended.then(gone, gone)
    return helper
  }

  #over(id: number, message: string): void {
    this.#ahead.delete(id)
    this.#desk.take({ type: 'port.end', id, refusal: { type: 'cut', message: message.slice(0, 1000) } })
  }

  #said(text: string): void {
    const lines = (this.#rest + text).replaceAll(TYPED, '').split('\n')
    this.#rest = lines.pop() ?? ''
    if (this.#rest.length > MAX_LINE) this.#refuse()
    for (const line of lines) this.#line(line.trimEnd())
  }

  #line(line: string): void {
    const at = line.indexOf(MARK)
    const [, tag, number, base64 = ''] = (at === -1 ? undefined : /^([hbe])(\d{1,9})(?: (.*))?$/.exec(line.slice(at + MARK.length))) ?? []
    const id = Number(number)
    const ahead = this.#ahead.get(id)
    // Of one that nobody waits for any more pieces may be on their way.
    if (tag === undefined || ahead === undefined) return
    const answering = messageOf(tag, id, base64)
    if (answering === undefined || ahead > 2 * PIECES_AHEAD) return this.#refuse()
    if (tag === 'b') this.#ahead.set(id, ahead + 1)
    if (tag === 'e') this.#ahead.delete(id)
    this.#desk.take(answering)
  }

  /** What it says is not what our helper says: somebody else's program is in its place, and is not heard any more. */
  #refuse(): void {
    const helper = this.#helper
    this.#rest = ''
    for (const id of this.#ahead.keys()) this.#over(id, LOST.message)
    void helper?.then(({ kill }) => kill(), reportLost)
  }
}

function reportLost(thrown: unknown): void {
  if (!(thrown instanceof FailureError)) throw thrown
}

/** Undefined for what is none. */
function messageOf(tag: string, id: number, base64: string): ReturnType<typeof readPortAnswering> {
  try {
    const bytes = bytesOf(base64)
    if (tag === 'b') return readPortAnswering({ type: 'port.bytes', id, bytes })
    const said: unknown = bytes.length === 0 ? undefined : JSON.parse(decoder.decode(bytes))
    if (tag === 'e') return readPortAnswering({ type: 'port.end', id, ...(said !== undefined && { refusal: said }) })
    return typeof said === 'object' ? readPortAnswering({ ...said, type: 'port.head', id }) : undefined
  } catch (thrown) {
    if (thrown instanceof DOMException || thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
