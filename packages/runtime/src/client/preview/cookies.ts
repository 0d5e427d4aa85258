/** Cookies of one program. Names and values alone: each is sent with every request, whatever path it was set for. */
export interface Cookies {
  /** A `Set-Cookie` line. */
  take(line: string): void
  /** What `Cookie` says; the empty text where there are none. */
  header(): string
}

/** More than browsers keep for one site. */
const MOST = 200
/** Of all together: they go as one header. */
const MOST_CHARACTERS = 32_768

export function createCookies(now: () => number = () => Date.now()): Cookies {
  const kept = new Map<string, { readonly value: string; readonly until: number }>()
  const hasRoom = (name: string, added: number): boolean => {
    const others = [...kept].filter(([one]) => one !== name)
    return others.length < MOST && others.reduce((sum, [one, { value }]) => sum + one.length + value.length + 3, added) <= MOST_CHARACTERS
  }
  return {
    take: (line) => {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const at = pair.indexOf('=')
      if (at < 1 || pair.length > 4096) return
      const until = endOf(attributes, now())
      if (until <= now()) kept.delete(pair.slice(0, at))
      else if (hasRoom(pair.slice(0, at), pair.length)) kept.set(pair.slice(0, at), { value: pair.slice(at + 1), until })
    },
    header: () =>
      [...kept]
        .filter(([, { until }]) => until > now())
        .map(([name, { value }]) => `${name}=${value}`)
        .join('; '),
  }
}

/** `Max-Age` wins over `Expires`; without either it lasts as long as this page. */
function endOf(attributes: readonly string[], now: number): number {
  const named = (name: string): string | undefined =>
    attributes.find((one) => one.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  const age = named('max-age')
  if (age !== undefined && /^-?\d+$/.test(age)) return now + Number(age) * 1000
  const expires = Date.parse(named('expires') ?? '')
  return Number.isNaN(expires) ? Infinity : expires
}
