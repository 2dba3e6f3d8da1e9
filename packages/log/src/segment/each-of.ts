/** Works on all items, on some of them at once. After a failure no more are begun; it rejects when all that were begun are done. */
export async function eachOf<T>(items: AsyncIterator<T>, atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let failed = false
  const go = async (): Promise<void> => {
    try {
      for (let next = await items.next(); !next.done && !failed; next = await items.next()) await work(next.value)
    } catch (error) {
      failed = true
      throw error
    }
  }
  const results = await Promise.allSettled(Array.from({ length: atOnce }, go))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
