import { NetRefusal, type NetAnswer, type NetRequest } from './net'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const HOPS = 5
/** Kept when a redirect leads to another origin: none of them says who is asking. */
const HARMLESS = /^(?:accept|accept-language|accept-encoding|user-agent|content-type|range|git-protocol|if-none-match|if-modified-since)$/i

/** Whether an answer sends its asker elsewhere, and where: absolute. */
export function redirectOf(answer: Pick<NetAnswer, 'status' | 'headers'>, from: string): string | undefined {
  const location = answer.headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
  if (location === undefined || !REDIRECTS.has(answer.status)) return undefined
  return URL.canParse(location, from) ? new URL(location, from).href : undefined
}

/** Sends a request and, where it asks for that, what its redirects ask for: each goes its own way past the gate. @throws NetRefusal */
export async function followRedirects(request: NetRequest, send: (hop: NetRequest) => Promise<NetAnswer>): Promise<NetAnswer> {
  let hop = request
  for (let n = 0; n <= HOPS; n++) {
    const answer = await send(hop)
    const url = request.redirect === 'follow' ? redirectOf(answer, hop.url) : undefined
    if (url === undefined) return answer
    answer.body.close()
    if (hop.url.startsWith('https:') && !url.startsWith('https:'))
      throw new NetRefusal('redirects', `${new URL(hop.url).host} redirected to an unprotected address, which was not followed.`)
    hop = nextHop(hop, url, answer.status)
  }
  throw new NetRefusal('redirects', `${new URL(hop.url).host} redirected more than ${HOPS} times.`)
}

/** What a redirect asks for, as browsers do it. */
function nextHop({ body, useToken, ...from }: NetRequest, url: string, status: number): NetRequest {
  const { announces: _, ...hop } = from
  const isSameOrigin = new URL(url).origin === new URL(hop.url).origin
  const headers = isSameOrigin ? hop.headers : hop.headers.filter(([name]) => HARMLESS.test(name))
  const becomesGet = hop.method !== 'HEAD' && (status === 303 || (hop.method === 'POST' && status < 303))
  const next = { ...hop, url, headers, ...(isSameOrigin && useToken && { useToken }) }
  return becomesGet ? { ...next, method: 'GET' } : { ...next, ...(body && { body }) }
}
