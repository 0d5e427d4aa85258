import { isLoopbackHost } from './address'

/** Why an address cannot be a model server's, or its normal form: no trailing slash, no query. */
export type ModelOrigin = { readonly type: 'ok'; readonly url: string } | { readonly type: 'bad'; readonly message: string }

export interface ModelOriginRules {
  /** The address from the operator's own configuration: may be plain http on another machine. */
  readonly configured: string | undefined
  /** The relay's own port: a key that is bound to ourselves would make us call ourselves without end. */
  readonly ownPort: number | undefined
}

/**
 * Checks a base URL such as `https://api.anthropic.com` or `https://gw.example/anthropic`. https, or http for this machine and for
 * what the operator configured: anything else would carry the key in the clear.
 */
export function checkModelOrigin(text: string, rules: ModelOriginRules): ModelOrigin {
  const bad = (message: string): ModelOrigin => ({ type: 'bad', message })
  if (text.length > 2048 || !URL.canParse(text))
    return bad('The address of the model server is not a URL such as https://api.anthropic.com.')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return bad('The address of the model server must begin with https://.')
  if (url.username !== '' || url.password !== '') return bad('The address of the model server must not contain a user name or password.')
  if (url.search !== '' || url.hash !== '') return bad('The address of the model server must not contain a query or a fragment.')
  const normal = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  const local = isLoopbackHost(url.hostname)
  const configured = rules.configured !== undefined && new URL(rules.configured).origin === url.origin
  if (url.protocol === 'http:' && !local && !configured) {
    return bad('The key would travel unprotected: use https://, or start the relay with ANTHROPIC_BASE_URL set to this address.')
  }
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (local && port === rules.ownPort) return bad('That is the address of this relay itself.')
  return { type: 'ok', url: normal }
}

/** What cannot be a key, as a sentence, or undefined. The same text becomes a header: anything but printable ASCII would break it. */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'The key is empty.'
  if (key.length > 1024) return 'The key is longer than 1,024 characters.'
  if (/\s/.test(key)) return 'The key contains white space; check what was pasted.'
  if (!/^[\x21-\x7e]+$/.test(key)) return 'The key contains characters that no key has; check what was pasted.'
  return undefined
}
