import type { NetRefusal } from '../../net'

/** Why a transfer failed, as curl counts reasons. */
export interface NetFailure {
  readonly code: number
  readonly message: string
  /** Worth another try: it was time that ran out, or nobody listened. */
  readonly kind: 'timeout' | 'refused' | 'other'
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/

/** curl's number and words for a refusal of the network. */
export function netFailure(refusal: NetRefusal, url: URL, ms: number): NetFailure {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const other = (code: number, message: string): NetFailure => ({ code, message, kind: 'other' })
  switch (refusal.type) {
    case 'unknown-host':
      return other(6, `Could not resolve host: ${host}`)
    case 'no-relay':
      return other(6, `Could not resolve host: ${host} (${refusal.message})`)
    case 'unreachable':
      return unreachable(refusal, { host, port, ms })
    case 'timeout':
      return { code: 28, message: `Operation timed out after ${ms} milliseconds with 0 bytes received`, kind: 'timeout' }
    case 'redirects':
      return other(47, refusal.message)
    case 'too-large':
      return other(63, refusal.message)
    case 'cut':
      return other(18, 'transfer closed with outstanding read data remaining')
    default:
      return other(7, `Failed to connect to ${host} port ${port}: ${refusal.message}`)
  }
}

function unreachable({ message }: NetRefusal, at: { readonly host: string; readonly port: string; readonly ms: number }): NetFailure {
  if (/ECONNRESET|hang up|connection was closed/.test(message)) return { code: 52, message: 'Empty reply from server', kind: 'other' }
  if (CERTIFICATE.test(message)) return { code: 60, message: `SSL certificate problem: ${message}`, kind: 'other' }
  if (/EPROTO|SSL|TLS/.test(message)) return { code: 35, message: `SSL connect error: ${message}`, kind: 'other' }
  if (/HPE_/.test(message)) return { code: 1, message: `Received no answer of HTTP/1: ${message}`, kind: 'other' }
  const words = `Failed to connect to ${at.host} port ${at.port} after ${at.ms} ms: Couldn't connect to server`
  return { code: 7, message: words, kind: 'refused' }
}
