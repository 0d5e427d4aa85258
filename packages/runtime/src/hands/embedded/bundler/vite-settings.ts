/** What a project's file of settings says, by name. */
export type Settings = Readonly<Record<string, unknown>>

/** The members of a setting; none where it is no object. */
export const objectOf = (value: unknown): Settings =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

/** A text, or nothing. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** What is followed, and what changes nothing of what is done here. Every other setting that would change something is refused by its name. */
const KNOWN: ReadonlySet<string> = words(
  'root base mode publicDir envDir envPrefix define plugins build server preview resolve css esbuild oxc optimizeDeps appType ' +
    'test clearScreen logLevel cacheDir customLogger',
)
/** Of each of these, the members. Those that are not listed are refused, unless they are off. */
const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  build: words(
    'outDir emptyOutDir minify sourcemap assetsDir target copyPublicDir chunkSizeWarningLimit reportCompressedSize modulePreload cssMinify ' +
      'cssCodeSplit terserOptions',
  ),
  server: words('port strictPort host open hmr watch cors fs warmup allowedHosts sourcemapIgnoreList ws forwardConsole'),
  preview: words('port strictPort host open cors allowedHosts'),
  resolve: words('alias extensions conditions dedupe'),
  css: words('devSourcemap'),
  esbuild: words('jsx jsxDev jsxImportSource'),
  oxc: words('jsx'),
  optimizeDeps: words('include exclude force entries noDiscovery holdUntilCrawlEnd disabled'),
}
/** Where another value than these is another way to work. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  appType: ['spa'],
  'build.cssCodeSplit': [true],
  'esbuild.jsx': ['automatic'],
}

/** Settings that are not here, as a person writes them: `server.proxy`. */
export function unknownSettings(settings: Settings): readonly string[] {
  const isOff = (value: unknown): boolean => value === undefined || value === false || value === null
  const isOther = (name: string, value: unknown): boolean => {
    const values = VALUES[name]
    return values !== undefined && !isOff(value) && !values.includes(value)
  }
  const whole = Object.entries(settings).filter(([key, value]) => value !== undefined && (!KNOWN.has(key) || isOther(key, value)))
  const within = Object.entries(MEMBERS).flatMap(([key, known]) =>
    Object.entries(objectOf(settings[key]))
      .filter(([member, value]) => (!known.has(member) && !isOff(value)) || isOther(`${key}.${member}`, value))
      .map(([member]) => `${key}.${member}`),
  )
  const split = objectOf(settings['build'])['cssCodeSplit'] === false ? ['build.cssCodeSplit'] : []
  return [...whole.map(([key]) => key), ...within, ...split]
}
