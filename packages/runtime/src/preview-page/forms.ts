import { askFor } from './ask'
import { showAnswer } from './show-page'

/** Forms that send something: the browser would send it to the server of this name, which has nothing. @param send called instead */
export function watchForms(send: (form: HTMLFormElement, submitter: HTMLElement | null) => void): void {
  addEventListener('submit', (event) => {
    const form = event.target
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !isSent(form, event.submitter)) return
    event.preventDefault()
    send(form, event.submitter)
  })
  const own = HTMLFormElement.prototype.submit
  HTMLFormElement.prototype.submit = function submit(this: HTMLFormElement) {
    if (isSent(this, null)) send(this, null)
    else own.call(this)
  }
}

/** Sends a form and shows what comes of it. */
export async function sendForm(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const url = addressOf(form, submitter)
  const data = new FormData(form, submitter)
  const isWhole = (submitter?.getAttribute('formenctype') ?? form.enctype) === 'multipart/form-data'
  // The platform's own writing of both kinds.
  const written = new Response(
    isWhole ? data : new URLSearchParams([...data].map(([name, value]) => [name, typeof value === 'string' ? value : value.name])),
  )
  const type = written.headers.get('content-type') ?? ''
  const body = new Uint8Array(await written.arrayBuffer())
  const answer = await askFor(`${url.pathname}${url.search}`, { method: 'POST', isPage: true, headers: [['content-type', type]], body })
  if (answer.status < 300 || answer.status >= 400) history.pushState(null, '', url)
  await showAnswer(answer)
}

function isSent(form: HTMLFormElement, submitter: HTMLElement | null): boolean {
  const method = submitter?.getAttribute('formmethod') ?? form.getAttribute('method') ?? 'get'
  return method.toLowerCase() === 'post' && addressOf(form, submitter).origin === location.origin
}

function addressOf(form: HTMLFormElement, submitter: HTMLElement | null): URL {
  // A field may have the name `action`: the attribute is meant.
  return new URL(submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? '', location.href)
}
