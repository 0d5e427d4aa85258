import { unsupported, type World } from './context'

/** The one name that leads anywhere from here. */
const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3})$/i

interface Address {
  readonly address: string
  readonly family: 4 | 6
}

function addressOf(name: string): Address {
  if (LOCAL.test(name)) return { address: name.toLowerCase() === 'localhost' ? '127.0.0.1' : name, family: 4 }
  if (name === '::1') return { address: name, family: 6 }
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
    errno: -3008,
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: name,
  })
}

const QUESTIONS = [
  'resolve',
  'resolve4',
  'resolve6',
  'resolveMx',
  'resolveTxt',
  'resolveSrv',
  'resolveNs',
  'resolveCname',
  'reverse',
  'lookupService',
]

/** `dns`: a program reaches programs of this sandbox and nothing else, so `localhost` is all there is to look up. */
export function dnsFor({ loop }: World): Record<string, unknown> {
  const lookup = (name: unknown, ...rest: unknown[]): void => {
    const callback = rest.at(-1)
    const isAll = Reflect.get(Object(rest[0]), 'all') === true
    if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function')
    loop.complete(() => {
      let answer: readonly unknown[]
      try {
        const found = addressOf(String(name))
        answer = isAll ? [null, [found]] : [null, found.address, found.family]
      } catch (thrown) {
        answer = [thrown]
      }
      Reflect.apply(callback, undefined, answer)
    })
  }
  const missing = (name: string) => () => {
    throw unsupported('dns', `${name} is missing: there is no network; lookup knows localhost`)
  }
  const others = Object.fromEntries(QUESTIONS.map((name) => [name, missing(name)]))
  const promised = {
    lookup: async (name: unknown, options?: unknown) => {
      await new Promise<void>((resolve) => loop.complete(resolve))
      const found = addressOf(String(name))
      return Reflect.get(Object(options), 'all') === true ? [found] : found
    },
    ...others,
  }
  const order = {
    getDefaultResultOrder: () => 'verbatim',
    setDefaultResultOrder: () => undefined,
    getServers: () => [],
    setServers: missing('setServers'),
  }
  return { lookup, ...others, ...order, promises: { ...promised, ...order }, NOTFOUND: 'ENOTFOUND', NODATA: 'ENODATA' }
}
