/** Those that somebody named: from here on ports are given to tests and the like, which are soon gone. */
export function served(ports: readonly number[]): readonly number[] {
  return ports.filter((port) => port < 32_768)
}
