import { afterAll, describe, it } from 'vitest'
import { isInCache, startMongodb, systems } from '../../../../scripts/systems/real-servers.ts'
import { sinkLaws } from '../conformance/sink-laws.ts'
import { collectionLaws } from './collection-laws.ts'
import { mongodbWorld } from './mongodb-world.ts'

// It is built for minutes: the soak `stores` does so.
const server = isInCache(systems.mongodb) ? await startMongodb() : null

if (server === null) describe.skip('MongoDB', () => it('is not built yet: npm run soak stores', () => {}))
else {
  afterAll(() => server.stop())
  sinkLaws('MongoDB', () => mongodbWorld(server.port))
  collectionLaws(server.port, () => mongodbWorld(server.port))
}
