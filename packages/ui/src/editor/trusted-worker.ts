/** The part of the Trusted Types API that makes a worker. The browser's own type is a TrustedScriptURL, which `Worker` takes like a URL. */
interface ScriptPolicy {
  createScriptURL(url: string): URL
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptPolicy
}

function hasTrustedTypes(scope: object): scope is { readonly trustedTypes: PolicyFactory } {
  return 'trustedTypes' in scope && typeof scope.trustedTypes === 'object' && scope.trustedTypes !== null
}

let policy: ScriptPolicy | undefined

/** Refuses a script of another origin: the address is a constant of the build, so anything else is an attack. */
function ownScript(url: string): string {
  const target = new URL(url, location.href)
  if (target.origin !== location.origin) throw new TypeError(`a worker of another origin was refused: ${target.origin}`)
  return target.href
}

/**
 * Starts a module worker from a script of our own build, through the Trusted Types policy `tabwright-worker` where the browser has them.
 * @param url as Vite gives it for `?worker&url`
 * @throws TypeError when the script is of another origin
 */
export function trustedWorker(url: string, name: string): Worker {
  const options: WorkerOptions = { type: 'module', name }
  const scope: object = globalThis
  if (!hasTrustedTypes(scope)) return new Worker(ownScript(url), options)
  const own = policy ?? scope.trustedTypes.createPolicy('tabwright-worker', { createScriptURL: ownScript })
  policy = own
  return new Worker(own.createScriptURL(url), options)
}
