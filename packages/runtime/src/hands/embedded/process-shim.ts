/** The little of `process` that bundled libraries look at before a program has its own. */
const nextTick = (work: (...args: unknown[]) => void, ...args: unknown[]): void => queueMicrotask(() => work(...args))

export { nextTick }
export const env: Record<string, string> = {}
export const browser = true
export const version = ''
export const versions = {}
// oxlint-disable-next-line import/no-default-export -- the libraries import it by default
export default { nextTick, env, browser, version, versions }
