/** graphql-codegen: types and typed documents for every GraphQL document in the tests' own clients. */
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: ['apollo.test.ts', 'urql.test.ts'],
  generates: {
    './generated/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsConst: true,
        defaultScalarType: 'unknown',
        strictScalars: true,
        scalars: { DateTime: 'string', LocalDate: 'string', LocalTime: 'string', TimeZone: 'string', CurrencyCode: 'string' },
      },
    },
  },
  importExtension: '.js',
  ignoreNoDocuments: false,
};

export default config;
