/** Whether compressing pays; pictures and web fonts are compressed already. */
export function isCompressible(type: string): boolean {
  return /^(?:text\/|application\/(?:json|manifest\+json|wasm)|image\/svg|font\/ttf)/.test(type)
}
