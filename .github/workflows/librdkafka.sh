#!/bin/sh
# Builds a version of librdkafka from its sources and installs it under /usr/local: librdkafka.sh TAG_OR_BRANCH
set -eu
version=$1

sudo apt-get update
sudo apt-get install -y --no-install-recommends libssl-dev libsasl2-dev libcurl4-openssl-dev zlib1g-dev libzstd-dev liblz4-dev
git clone --quiet --depth 1 --branch "$version" https://github.com/confluentinc/librdkafka.git librdkafka-source
cd librdkafka-source
./configure --prefix=/usr/local
make -j "$(nproc)" libs
sudo make install
sudo ldconfig
