/** Targets of the proxies that the program has made; the platform tells nobody. */
const targets = new WeakMap<object, object>()

/** What a proxy stands for, or undefined for what is none. */
export const targetOf = (value: object): object | undefined => targets.get(value)

/** From now on proxies are known. */
export function watchProxies(): void {
  const native = Proxy
  const own = new native(native, {
    construct: (make, given, target) => {
      const made: object = Reflect.construct(make, given, target)
      targets.set(made, Object(given[0]))
      return made
    },
    get: (make, name) => {
      if (name !== 'revocable') return Reflect.get(make, name)
      return (target: object, handler: ProxyHandler<object>) => {
        const made = make.revocable(target, handler)
        targets.set(made.proxy, target)
        return made
      }
    },
  })
  Object.defineProperty(globalThis, 'Proxy', { value: own, writable: true, configurable: true, enumerable: false })
}
