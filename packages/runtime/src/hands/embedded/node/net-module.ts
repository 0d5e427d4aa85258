import { unsupported } from './context'

const FOUR = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

function isSix(text: string): boolean {
  const address = text.replace(/%.+$/, '')
  return address.includes(':') && URL.canParse(`http://[${address}]/`)
}

const familyOf = (value: unknown): 0 | 4 | 6 => {
  const text = String(value)
  if (FOUR.test(text)) return 4
  return isSix(text) ? 6 : 0
}

const missing = (name: string) => () => {
  throw unsupported('net', `${name} is missing: there are no sockets; http.createServer and http.request reach programs of this sandbox`)
}

/** To be asked whether something is one; none can be made. */
class Socket {
  constructor() {
    missing('Socket')()
  }
}

/** `net`: what can be said of addresses. */
export const netModule: Record<string, unknown> = {
  isIP: familyOf,
  isIPv4: (value: unknown) => familyOf(value) === 4,
  isIPv6: (value: unknown) => familyOf(value) === 6,
  Socket,
  Stream: Socket,
  createServer: missing('createServer'),
  connect: missing('connect'),
  createConnection: missing('createConnection'),
}
