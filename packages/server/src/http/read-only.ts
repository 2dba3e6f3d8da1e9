/** Methods that change nothing. */
export const readOnly: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
