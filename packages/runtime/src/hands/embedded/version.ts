/** The Node version whose behaviour `node` follows. */
export const NODE_VERSION = 'v20.20.2'
