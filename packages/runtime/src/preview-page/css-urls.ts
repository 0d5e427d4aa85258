/** Comments and strings are passed over; what is left of interest are `url(…)` and the text after `@import`. */
const PARTS =
  /\/\*[\s\S]*?(?:\*\/|$)|(@import\s+)(?:"([^"\n]*)"|'([^'\n]*)')|url\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'()]*))\s*\)|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/gi

/** A style sheet with each address in it replaced. `replace` gives undefined for what stays as it is. */
export async function withCssUrls(
  css: string,
  replace: (address: string, isSheet: boolean) => Promise<string | undefined>,
): Promise<string> {
  let made = ''
  let end = 0
  for (const found of css.matchAll(PARTS)) {
    const [whole, atImport, ...texts] = found
    const address = texts.find((text) => text !== undefined)
    if (address === undefined || address === '') continue
    const isSheet = atImport !== undefined || /@import\s+$/i.test(css.slice(Math.max(0, found.index - 20), found.index))
    const next = await replace(address, isSheet)
    if (next === undefined) continue
    made += `${css.slice(end, found.index)}${atImport ?? ''}url(${JSON.stringify(next)})`
    end = found.index + whole.length
  }
  return made + css.slice(end)
}
