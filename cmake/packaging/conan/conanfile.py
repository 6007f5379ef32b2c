# conan create cmake/packaging/conan --build=missing
#
# With -o "kafka-producer/*:system_dependencies=True" it takes the system's librdkafka and nlohmann_json, as it has been
# tested; their Conan packages come from Conan Center, which the project's own checks do not reach.
import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy


class KafkaProducer(ConanFile):
    name = "kafka-producer"
    version = "1.0.0"
    license = "Apache-2.0"
    description = "A thin C++20 producer library for Apache Kafka over librdkafka"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "task_event": [True, False],
        "system_dependencies": [True, False],
    }
    default_options = {"shared": False, "fPIC": True, "task_event": True, "system_dependencies": False}
    implements = ["auto_shared_fpic"]

    @property
    def _project(self):
        return os.path.join(self.recipe_folder, "..", "..", "..")

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "src/*"):
            copy(self, pattern, self._project, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        if self.options.system_dependencies:
            return
        self.requires("librdkafka/[>=1.9.2 <3]")
        if self.options.task_event:
            self.requires("nlohmann_json/[>=3.7 <4]", visible=False)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "EXAMPLES", "BENCHMARKS"):
            toolchain.cache_variables[f"KAFKA_PRODUCER_BUILD_{part}"] = False
        if not self.options.task_event:
            toolchain.cache_variables["CMAKE_DISABLE_FIND_PACKAGE_nlohmann_json"] = True
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        CMake(self).install()

    def package_info(self):
        # The package's own CMake files, which it installs as everywhere.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake", "KafkaProducer")]
