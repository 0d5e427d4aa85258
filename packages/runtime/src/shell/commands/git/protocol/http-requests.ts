import type { AnnouncedPush } from '@tabwright/protocol'
import { NetRefusal, NO_NET, type Net, type NetAnswer, type NetHeader } from '../../../net'
import type { Input } from '../../../streams/stream'
import { textOf } from '../../../text'
import { fatal } from '../git-error'
import type { Git } from '../git-call'
import { shown } from './pkt-line'

/** Services of git over HTTP. */
export type Service = 'git-upload-pack' | 'git-receive-pack'

const WORDS = 1000
const OURS: NetHeader = ['User-Agent', 'git/2.39.5 (Tabwright)']

function headersOf(service: Service): readonly NetHeader[] {
  return [
    ['Content-Type', `application/x-${service}-request`],
    ['Accept', `application/x-${service}-result`],
    ...(service === 'git-upload-pack' ? [['Git-Protocol', 'version=2'] satisfies NetHeader] : []),
  ]
}

/** Requests to one repository over HTTP. Tokens are never here: after a 401 the host is asked to send what the person keeps for it. */
export class HttpRequests {
  readonly #git: Git
  readonly #net: Net
  readonly #asked: string
  #base: string
  #usesToken = false

  constructor(git: Git, url: string) {
    this.#git = git
    const { net } = git.call.system
    this.#net = net ?? fatal(`unable to access '${url}': ${NO_NET}`)
    if (!URL.canParse(url)) fatal(`unable to access '${url}': URL using bad/illegal format or missing URL`)
    const parsed = new URL(url)
    if (parsed.username !== '' || parsed.password !== '')
      fatal(
        `'${parsed.protocol}//…@${parsed.host}': a name or a token in the address would be kept in this sandbox and shown in logs; ` +
          'take it out and enter it in Settings › Git hosts',
      )
    this.#asked = url
    this.#base = url.replace(/\/+$/, '')
  }

  /**
   * The list of refs and abilities that a service begins with.
   * @param push what is sent to the service afterwards, where the list is as expected
   */
  async info(service: Service, purpose: string, push?: Pick<AnnouncedPush, 'body' | 'purpose'>): Promise<NetAnswer> {
    const url = `${this.#base}/info/refs?service=${service}`
    const headers: NetHeader[] = service === 'git-upload-pack' ? [['Git-Protocol', 'version=2']] : []
    const announces = push && {
      url: `${this.#base}/${service}`,
      headers: [OURS, ...headersOf(service)],
      body: push.body,
      purpose: push.purpose,
    }
    const answer = await this.#send({ method: 'GET', url, headers, purpose, redirect: 'follow', ...(announces && { announces }) })
    if (answer.url !== url) await this.#moved(answer.url, service)
    const type = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
    if (!type.startsWith(`application/x-${service}-advertisement`)) {
      answer.body.close()
      fatal(`${this.#asked}/info/refs not valid: this is no git server, or one that only speaks the old protocol over files`)
    }
    return answer
  }

  async post(service: Service, body: Uint8Array, purpose: string): Promise<NetAnswer> {
    const answer = await this.#send({
      method: 'POST',
      url: `${this.#base}/${service}`,
      headers: headersOf(service),
      body,
      purpose,
      redirect: 'manual',
    })
    const type = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
    if (type.startsWith(`application/x-${service}-result`)) return answer
    answer.body.close()
    return fatal(`protocol error: ${this.#base}/${service} answered with ${shown(type === '' ? 'no type' : type)}`)
  }

  async #moved(url: string, service: Service): Promise<void> {
    const end = `/info/refs?service=${service}`
    if (!url.endsWith(end)) fatal(`unable to update url base from redirection:\n  asked for: ${this.#asked}\n   redirect: ${shown(url)}`)
    this.#base = url.slice(0, -end.length)
    await this.#git.say(`warning: redirecting to ${shown(this.#base)}/\n`)
  }

  async #send(request: Omit<Parameters<Net['request']>[0], 'signal'>): Promise<NetAnswer> {
    const answer = await this.#once(request)
    if (answer.status === 401 && !this.#usesToken) {
      answer.body.close()
      this.#usesToken = true
      return this.#accepted(await this.#once(request))
    }
    return this.#accepted(answer)
  }

  async #once(request: Omit<Parameters<Net['request']>[0], 'signal'>): Promise<NetAnswer> {
    try {
      const headers: NetHeader[] = [OURS, ...request.headers]
      const { signal } = this.#git.call.process
      return await this.#net.request({ ...request, headers, signal, byGit: true, ...(this.#usesToken && { useToken: true }) })
    } catch (thrown) {
      if (!(thrown instanceof NetRefusal)) throw thrown
      if (thrown.type === 'no-token') return this.#unknownPerson('no token is kept for it')
      return fatal(`unable to access '${this.#asked}/': ${thrown.message}`)
    }
  }

  async #accepted(answer: NetAnswer): Promise<NetAnswer> {
    if (answer.status === 200) return { ...answer, body: this.#whole(answer.body) }
    if (answer.status === 401 || answer.status === 403) {
      const words = await this.#words(answer)
      if (words !== '') await this.#git.say(words)
      return this.#unknownPerson(
        answer.status === 403 ? 'the server refuses this to whoever the kept token belongs to' : 'the kept token was not accepted',
      )
    }
    const words = await this.#words(answer)
    if (words !== '') await this.#git.say(words)
    if (answer.status === 404) return fatal(`repository '${this.#asked}/' not found`)
    return fatal(`unable to access '${this.#asked}/': The requested URL returned error: ${answer.status}`)
  }

  /** The body, whose breaks are told as git's failures. */
  #whole(body: Input): Input {
    return {
      read: async (max) => {
        try {
          return await body.read(max)
        } catch (thrown) {
          if (thrown instanceof NetRefusal) return fatal(`unable to access '${this.#asked}/': ${thrown.message}`)
          throw thrown
        }
      },
      close: () => body.close(),
    }
  }

  /** What a server says in plain text about a refusal. */
  async #words(answer: NetAnswer): Promise<string> {
    const type = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
    if (!type.startsWith('text/plain')) {
      answer.body.close()
      return ''
    }
    const first = (await answer.body.read(WORDS)) ?? new Uint8Array()
    answer.body.close()
    const text = textOf(first).trim()
    return text === ''
      ? ''
      : `${text
          .split('\n')
          .map((line) => `remote: ${shown(line)}`)
          .join('\n')}\n`
  }

  #unknownPerson(why: string): never {
    const { host } = new URL(this.#base)
    return fatal(
      `Authentication failed for '${this.#asked}/'\n${why}; a person enters a token for ${host} in Settings › Git hosts, then run the command again`,
    )
  }
}
