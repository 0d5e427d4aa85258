import { fetchHere } from './ask'

/** One request at the page's own address. */
interface Here {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly over: AbortController
  state: number
  answer?: Response
  body?: ArrayBuffer
}

/**
 * `XMLHttpRequest` by the way that `fetch` takes, because the platform's own would ask the server of this name, which has nothing. Not
 * there: requests that hold up the page, progress while something is sent, and documents as answers.
 */
export class PageRequest extends XMLHttpRequest {
  #here: Here | undefined
  #type: XMLHttpRequestResponseType = ''

  override open(method: string, address: string | URL, isAsync = true): void {
    const url = new URL(address, document.baseURI)
    this.#here?.over.abort()
    this.#here = undefined
    if (url.origin !== location.origin) return super.open(method, address, isAsync)
    if (!isAsync) throw new DOMException('A preview has no requests that hold up the page: leave out `false`.', 'NotSupportedError')
    this.#here = { method: method.toUpperCase(), url: url.href, headers: new Headers(), over: new AbortController(), state: 0 }
    this.#move(this.#here, 1)
  }

  override setRequestHeader(name: string, value: string): void {
    if (this.#here === undefined) super.setRequestHeader(name, value)
    else this.#here.headers.append(name, value)
  }

  override send(body?: Document | XMLHttpRequestBodyInit | null): void {
    const here = this.#here
    if (here === undefined) return super.send(body)
    const sent = body instanceof Document ? new XMLSerializer().serializeToString(body) : body
    const { method, headers } = here
    const isRead = method === 'GET' || method === 'HEAD'
    this.dispatchEvent(new ProgressEvent('loadstart'))
    const late = this.timeout > 0 ? setTimeout(() => this.#fail(here, 'timeout'), this.timeout) : undefined
    const { signal } = here.over
    fetchHere(new Request(here.url, { method, headers, signal, ...(isRead || sent === undefined || sent === null ? {} : { body: sent }) }))
      .then(async (answer) => this.#take(here, answer, await answer.arrayBuffer()))
      .catch(() => this.#fail(here, 'error'))
      .finally(() => clearTimeout(late))
  }

  override abort(): void {
    const here = this.#here
    if (here === undefined) super.abort()
    else if (here.state > 0 && here.state < 4) this.#fail(here, 'abort')
  }

  override getResponseHeader(name: string): string | null {
    return this.#here === undefined ? super.getResponseHeader(name) : (this.#here.answer?.headers.get(name) ?? null)
  }

  override getAllResponseHeaders(): string {
    const { answer } = this.#here ?? {}
    if (this.#here === undefined) return super.getAllResponseHeaders()
    return answer === undefined ? '' : [...answer.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  }

  override get readyState(): number {
    return this.#here?.state ?? super.readyState
  }

  override get status(): number {
    return this.#here === undefined ? super.status : (this.#here.answer?.status ?? 0)
  }

  override get statusText(): string {
    return this.#here === undefined ? super.statusText : (this.#here.answer?.statusText ?? '')
  }

  override get responseURL(): string {
    return this.#here === undefined ? super.responseURL : (this.#here.answer?.url ?? '')
  }

  override get responseType(): XMLHttpRequestResponseType {
    return this.#type
  }

  override set responseType(type: XMLHttpRequestResponseType) {
    this.#type = type
    super.responseType = type
  }

  override get responseText(): string {
    return this.#here === undefined ? super.responseText : new TextDecoder().decode(this.#here.body)
  }

  override get response(): unknown {
    if (this.#here === undefined) return super.response
    const { body, answer, state } = this.#here
    if (this.#type === '' || this.#type === 'text') return this.responseText
    if (state !== 4 || body === undefined) return null
    if (this.#type === 'arraybuffer') return body
    if (this.#type === 'blob') return new Blob([body], { type: answer?.headers.get('content-type') ?? '' })
    return this.#type === 'json' ? parsed(this.responseText) : null
  }

  #move(here: Here, state: number): void {
    here.state = state
    this.dispatchEvent(new Event('readystatechange'))
  }

  #take(here: Here, answer: Response, body: ArrayBuffer): void {
    if (here.over.signal.aborted) return
    here.answer = answer
    this.#move(here, 2)
    here.body = body
    this.#move(here, 3)
    this.#end(here, 'load', body.byteLength)
  }

  #fail(here: Here, how: 'error' | 'timeout' | 'abort'): void {
    if (here.over.signal.aborted || here.state === 4) return
    here.over.abort()
    delete here.answer
    this.#end(here, how, 0)
  }

  #end(here: Here, how: string, loaded: number): void {
    this.#move(here, 4)
    const bytes = { lengthComputable: loaded > 0, loaded, total: loaded }
    this.dispatchEvent(new ProgressEvent('progress', bytes))
    this.dispatchEvent(new ProgressEvent(how, bytes))
    this.dispatchEvent(new ProgressEvent('loadend', bytes))
  }
}

/** Null for what is no JSON, as browsers say it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}
